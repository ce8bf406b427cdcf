/** What commands and their options are called, and what they are for: read by every platform that draws them. */

/** A platform shows `name` in the person's own language and still hands over the name the command is known by. */
export interface OptionWords {
  /** At most 32 letters and digits of any script, `-` and `_`; lower case, and one of its kind within a command. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  /** Only where a choice reads better than its value; at most 100 characters. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** Of one command, by the names its options are known by. */
export interface CommandWords extends Pick<OptionWords, 'name' | 'description'> {
  readonly options: Readonly<Record<string, OptionWords>>;
}

/** By the name a command is known by. */
export const commands = {
  create: {
    name: 'create',
    description: 'Make a clip from words, from a picture, or between two pictures',
    options: {
      prompt: {
        name: 'prompt',
        description: 'What happens in the clip; camera movements go in square brackets, like [Push in]',
      },
      image: { name: 'image', description: 'Picture to start from' },
      last_image: { name: 'last_image', description: 'Picture to end on (model 02)' },
      model: { name: 'model', description: 'Which Hailuo model renders it' },
      duration: {
        name: 'duration',
        description: 'Length in seconds',
        choices: { 6: '6 seconds', 10: '10 seconds' },
      },
      resolution: { name: 'resolution', description: 'Height of the picture' },
      camera: { name: 'camera', description: 'One camera movement for the whole clip' },
      enhance: { name: 'enhance', description: 'Let the model improve the prompt' },
      provider: { name: 'provider', description: 'Who renders it; chosen for you if left out' },
    },
  },
  jobs: { name: 'jobs', description: 'Your clips, running and done', options: {} },
  cancel: {
    name: 'cancel',
    description: 'Cancel one of your clips in the making',
    options: { job: { name: 'job', description: 'Which one; the newest if left out' } },
  },
  quota: { name: 'quota', description: 'What you have left today, and when it resets', options: {} },
  models: { name: 'models', description: 'Which models there are, and what each can do', options: {} },
  help: { name: 'help', description: 'How this works', options: {} },
} as const satisfies Record<string, CommandWords>;
