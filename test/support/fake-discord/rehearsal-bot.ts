/** A small bot on the unmodified discord.js, which does once what the real one does: for the doubles' own test. */
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  Client,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  ModalBuilder,
  Partials,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';

/** Logged in and ready; whoever starts it destroys it. */
export async function startClient(
  { apiUrl, token }: { readonly apiUrl: string; readonly token: string },
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions],
    partials: [Partials.Message, Partials.Reaction, Partials.User, Partials.Channel],
    allowedMentions: { parse: [] },
    ...options,
    rest: { api: apiUrl, retries: 0, ...options.rest },
  });
  const isReady = new Promise<Client<true>>((done) => client.once(Events.ClientReady, done));
  await client.login(token);
  return isReady;
}

/** What this bot registers. */
export const commands = [
  {
    name: 'hailuo',
    description: 'Makes clips',
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand as const,
        name: 'create',
        description: 'Makes a clip',
        options: [
          {
            type: ApplicationCommandOptionType.String as const,
            name: 'prompt',
            description: 'What happens in it',
            required: true,
            autocomplete: true,
          },
        ],
      },
    ],
  },
  { name: 'Animate', type: ApplicationCommandType.Message as const },
];

const form = new ModalBuilder()
  .setCustomId('form')
  .setTitle('Remix')
  .addLabelComponents(
    new LabelBuilder()
      .setLabel('Prompt')
      .setTextInputComponent(new TextInputBuilder().setCustomId('prompt').setStyle(TextInputStyle.Paragraph)),
  );

const controls = [
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('again').setLabel('Again').setStyle(ButtonStyle.Secondary),
    new ButtonBuilder().setCustomId('remix').setLabel('Remix').setStyle(ButtonStyle.Primary),
  ),
  new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder().setCustomId('model').addOptions({ label: 'Fast', value: '2.3-fast' }),
  ),
];

/** Answers every kind of interaction in its own way. */
export async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    await interaction.editReply({ content: `made ${interaction.options.getString('prompt')}`, components: controls });
  } else if (interaction.isAutocomplete()) {
    await interaction.respond([{ name: `${interaction.options.getFocused()} at dawn`, value: 'dawn' }]);
  } else if (interaction.isMessageContextMenuCommand()) {
    await interaction.reply({ content: `animates ${interaction.targetMessage.attachments.first()?.name}` });
  } else if (interaction.isStringSelectMenu()) {
    await interaction.update({ content: `now with ${interaction.values.join()}` });
  } else if (interaction.isButton() && interaction.customId === 'remix') {
    await interaction.showModal(form);
  } else if (interaction.isButton()) {
    await interaction.deferUpdate();
    await interaction.followUp({ content: 'once more' });
  } else if (interaction.isModalSubmit()) {
    await interaction.reply({ content: `remixes ${interaction.fields.getTextInputValue('prompt')}` });
  }
}
