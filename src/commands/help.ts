/** `/hailuo help` and `/hailuo models`. */
import { abilities } from '../core/check-request.ts';
import type { JobEdges } from '../core/jobs/edges.ts';
import { cameraDirectives, modelNames } from '../core/request.ts';
import { textsFor } from '../core/texts/texts.ts';
import { type Command, usualAskWith } from './command.ts';
import { cardToAsker } from './replies.ts';
import { describeCommand } from './words.ts';

/** @param listed the commands it explains, itself among them */
export function helpCommand(listed: () => readonly Command[]): Command {
  return {
    name: 'help',
    description: textsFor('en').commands.help.description,
    options: [],
    isListed: true,
    run: async ({ asker, askWith = usualAskWith }) => {
      const texts = textsFor(asker.locale);
      return cardToAsker({
        title: texts.helpTitle,
        paragraphs: [texts.helpExample(askWith), texts.helpPictures, texts.helpCamera(cameraDirectives)],
        rows: listed()
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
