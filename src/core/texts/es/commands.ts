/** What options are called and what commands are for, in Spanish. Commands keep their names: sentences name them. */
import type { commands as english } from '../en/commands.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const commands: Wording<typeof english> = {
  create: {
    name: 'create',
    description: 'Hace un clip a partir de palabras, de una imagen o entre dos imágenes',
    options: {
      prompt: {
        name: 'prompt',
        description: 'Qué pasa en el clip; los movimientos de cámara van entre corchetes, como [Push in]',
      },
      image: { name: 'imagen', description: 'Imagen con la que empieza' },
      last_image: { name: 'imagen_final', description: 'Imagen con la que acaba (modelo 02)' },
      model: { name: 'modelo', description: 'Qué modelo de Hailuo lo renderiza' },
      duration: {
        name: 'duración',
        description: 'Duración en segundos',
        choices: { 6: '6 segundos', 10: '10 segundos' },
      },
      resolution: { name: 'resolución', description: 'Altura de la imagen' },
      camera: { name: 'cámara', description: 'Un movimiento de cámara para todo el clip' },
      enhance: { name: 'mejorar', description: 'Deja que el modelo mejore el prompt' },
      provider: { name: 'proveedor', description: 'Quién lo renderiza; si falta, se elige por ti' },
    },
  },
  jobs: { name: 'jobs', description: 'Tus clips, en marcha y terminados', options: {} },
  cancel: {
    name: 'cancel',
    description: 'Cancela uno de tus clips en preparación',
    options: { job: { name: 'clip', description: 'Cuál; si falta, el más reciente' } },
  },
  quota: { name: 'quota', description: 'Lo que te queda hoy, y cuándo empieza de nuevo', options: {} },
  models: { name: 'models', description: 'Qué modelos hay, y qué puede hacer cada uno', options: {} },
  help: { name: 'help', description: 'Cómo funciona esto', options: {} },
};
