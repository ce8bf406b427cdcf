/** What is said on Discord alone: its buttons, its forms, its own refusals. */
export const discord = {
  rootDescription: 'Makes video clips from words and pictures',
  adminRootDescription: 'Limits, settings and usage of this server',
  /** The entry in a message's menu, at most 32 characters. */
  animateMenu: 'Animate',
  /** Titles of forms and labels in them: at most 45 characters. */
  animateTitle: 'Animate this picture',
  animatePrompt: 'What should happen in the clip',
  animatePicture: 'Which picture',
  openClip: 'Open the clip',
  /** Small facts under a status. A `when` is a time each reader's client writes out: `2 minutes ago`, `in 40 seconds`. */
  status: {
    asked: (when: string): string => `asked ${when}`,
    rendering: (when: string): string => `rendering began ${when}`,
    expected: (earliest: string, latest: string): string =>
      `ready ${earliest} at the earliest, ${latest} at the latest`,
    place: (place: number): string => `number ${place} in line`,
  },
  /** With a clip that came as a direct message; `where` mentions a channel. */
  askedElsewhere: (where: string): string => `You asked for it in ${where}, where it could not be posted.`,
  /** A clip over the limit, on an installation that cannot be reached from outside. */
  noLink:
    'The file is too large for this place, and this bot has no public address from which it could be fetched. Whoever runs it has the clip.',
  unknownCommand: 'This bot does not know that any more. Type / and choose again.',
  broken: 'Something went wrong on our side. Nothing was taken from your quota; please try again.',
  /** @param names of permissions, as Discord's settings list them */
  missingPermissions: (names: readonly string[]): string =>
    `I cannot post a clip here, because I am missing: ${names.join(', ')}. Somebody who may manage this channel can allow that in its settings, under Permissions. Nothing was taken from your quota.`,
  onlyWhileTokenLives:
    'I am no member here, so Discord lets me answer for 15 minutes only. A clip that takes longer comes as a direct message, or waits in /hailuo jobs.',
  noPictures: 'There is no picture in that message.',
  formTooOld: 'That picture can no longer be fetched. Choose Animate once more in the menu of its message.',
  noContentIntent:
    'Somebody reacted to a picture to animate it, but I cannot see other people’s pictures here: the Message Content Intent is switched off. Whoever runs this bot can switch it on in the Discord developer portal, under Bot. Until then the menu of a message works: Apps, then Animate.',
  useTheMenu: 'I cannot see that picture through a reaction. Open the menu of its message instead: Apps, then Animate.',
} as const;
