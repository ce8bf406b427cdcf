/** Where log lines go: as they are, or coloured for a person at a terminal. */

/** The pretty printer is a development dependency: without it lines stay JSON. */
export async function openLogOutput(format: 'json' | 'pretty'): Promise<(line: string) => void> {
  if (format === 'pretty') {
    try {
      const { prettyFactory } = await import('pino-pretty');
      const print = prettyFactory({
        colorize: true,
        singleLine: true,
        messageKey: 'event',
        translateTime: 'HH:MM:ss',
        ignore: 'pid,hostname',
      });
      return (line) => process.stdout.write(print(line));
    } catch {
      // Not installed here.
    }
  }
  return (line) => process.stdout.write(line);
}
