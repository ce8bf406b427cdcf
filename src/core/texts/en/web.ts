/** What the chat page's server says by itself. */
import { formats } from './formats.ts';

const { count, megabytes, number } = formats;

/** The page shows each as it is. */
export const web = {
  notUnderstood: 'The page sent something this server does not understand. Reload it and try again.',
  notSettled: 'This server is still starting. Try again in a moment.',
  pickName: 'Pick a name first.',
  emptyName: 'A name has at least one letter.',
  longName: 'A name has at most 40 characters.',
  channelName: 'A channel name has 1 to 40 letters, digits and dashes.',
  channelExists: (name: string): string => `There is already a channel called ${name}.`,
  noChannel: (name: string): string => `There is no channel called ${name}.`,
  noMessage: 'That message is gone.',
  noPicture: 'There is no picture in that message.',
  noFile: 'A picture of this message is no longer kept. Attach it again.',
  emptyMessage: 'Write something or attach a picture.',
  longMessage: `A message has at most ${number(4000)} characters.`,
  notText: 'The message has characters that are not text.',
  manyPictures: 'A message takes at most 4 pictures.',
  largeFile: `A picture has at most ${megabytes(30_000_000)}.`,
  largeRequest: 'That is more than this server takes at once.',
  takesPictures: (most: number): string =>
    most === 1
      ? 'That takes one picture at most.'
      : `That takes ${count(most, { other: 'pictures' })} at most: the first and the last frame.`,
  takesNoPictures: 'That takes no pictures.',
  unknownCommand: (name: string): string => `There is no command called ${name}. Try /hailuo help.`,
  broken: 'Something went wrong here and was written to the log. Try again in a moment.',
} as const;
