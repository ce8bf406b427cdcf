/** What options are called and what commands are for, in German. Commands keep their names: sentences name them. */
import type { commands as english } from '../en/commands.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const commands: Wording<typeof english> = {
  create: {
    name: 'create',
    description: 'Macht einen Clip aus Worten, aus einem Bild oder zwischen zwei Bildern',
    options: {
      prompt: {
        name: 'prompt',
        description: 'Was im Clip passiert; Kamerabewegungen in eckigen Klammern, etwa [Push in]',
      },
      image: { name: 'bild', description: 'Bild, mit dem es anfängt' },
      last_image: { name: 'letztes_bild', description: 'Bild, mit dem es endet (Modell 02)' },
      model: { name: 'modell', description: 'Welches Hailuo-Modell rendert' },
      duration: {
        name: 'dauer',
        description: 'Länge in Sekunden',
        choices: { 6: '6 Sekunden', 10: '10 Sekunden' },
      },
      resolution: { name: 'auflösung', description: 'Höhe des Bildes' },
      camera: { name: 'kamera', description: 'Eine Kamerabewegung für den ganzen Clip' },
      enhance: { name: 'verbessern', description: 'Das Modell darf den Prompt verbessern' },
      provider: { name: 'anbieter', description: 'Wer rendert; ohne Angabe wird für dich gewählt' },
    },
  },
  jobs: { name: 'jobs', description: 'Deine Clips, laufende und fertige', options: {} },
  cancel: {
    name: 'cancel',
    description: 'Bricht einen deiner Clips ab, der in Arbeit ist',
    options: { job: { name: 'auftrag', description: 'Welchen; ohne Angabe den neuesten' } },
  },
  quota: { name: 'quota', description: 'Was dir heute noch bleibt, und wann es neu losgeht', options: {} },
  models: { name: 'models', description: 'Welche Modelle es gibt, und was jedes kann', options: {} },
  help: { name: 'help', description: 'Wie das hier geht', options: {} },
};
