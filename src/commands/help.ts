/** `/hailuo help` and `/hailuo models`. */
import { abilities } from '../core/check-request.ts';
import type { JobEdges } from '../core/jobs/edges.ts';
import { cameraDirectives, modelNames } from '../core/request.ts';
import { type Texts, textsFor } from '../core/texts/texts.ts';
import { type Card, type Command, usualAskWith } from './command.ts';
import type { OptionSpec } from './options.ts';
import { cardToAsker, refusal } from './replies.ts';
import { mayAdminister } from './rights.ts';
import { describeCommand } from './words.ts';

/**
 * Explains what everybody may ask for; with `about: 'admin'`, which is typed as `/hailuo admin help`, what admins may.
 * @param commands those it explains, itself among them
 */
export function helpCommand(commands: () => readonly Command[], { database }: Pick<JobEdges, 'database'>): Command {
  return {
    name: 'help',
    description: textsFor('en').commands.help.description,
    options: [],
    isListed: true,
    run: async ({ asker, values, askWith = usualAskWith, bringPictures }) => {
      const texts = textsFor(asker.locale);
      if (values.about === 'admin') {
        return (await mayAdminister(asker, { database }))
          ? cardToAsker(helpAdmins(commands(), texts))
          : refusal(texts.admin.notAdmin);
      }
      return cardToAsker({
        title: texts.helpTitle,
        paragraphs: [
          texts.helpExample(askWith),
          bringPictures ?? texts.helpPictures,
          texts.helpCamera(cameraDirectives),
        ],
        rows: commands()
          .filter(({ isListed }) => isListed)
          .map((command) => ({
            label:
              command.name === 'create'
                ? `${askWith}<${texts.commands.create.options.prompt.name}>`
                : `/hailuo ${command.name}`,
            value: describeCommand(texts, command),
          })),
      });
    },
  };
}

function helpAdmins(commands: readonly Command[], texts: Texts): Card {
  return {
    title: texts.admin.help.title,
    paragraphs: [texts.admin.help.how],
    rows: commands
      .filter(({ isForAdmins }) => isForAdmins === true)
      .map((command) => ({
        label: `/hailuo admin ${command.name}`,
        value: [describeCommand(texts, command), ...command.options.map(sayOption)].join(' · '),
      })),
  };
}

/** As it is typed: the words to choose from, or else its flag. */
function sayOption({ name, choices }: OptionSpec): string {
  return choices === undefined ? `--${name.replaceAll('_', '-')}` : choices.join(' | ');
}

export function modelsCommand(edges: Pick<JobEdges, 'providers'>): Command {
  return {
    name: 'models',
    description: textsFor('en').commands.models.description,
    options: [],
    isListed: true,
    run: async ({ asker }) => {
      const texts = textsFor(asker.locale);
      return cardToAsker({
        title: texts.modelsTitle,
        paragraphs: [texts.renderedBy(edges.providers.map(({ title }) => title))],
        rows: modelNames.map((name) => ({ label: name, value: texts.model(abilities[name]) })),
      });
    },
  };
}
