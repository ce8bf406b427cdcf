/** What is said on Slack alone: its forms, its Home, its own refusals. Plain text; it is escaped where it is drawn. */
export const slack = {
  /** What the bot itself says to people who ask it for something. */
  bot: {
    broken: 'Something went wrong on our side. Nothing was taken from your quota; please try again.',
    unknownCommand: 'This bot does not know that any more. Please type the command again.',
    notInChannel:
      'I am not in this conversation, so I could not post the clip here. Invite me with /invite, or write to me directly. Nothing was taken from your quota.',
    isArchived: 'This channel is archived, so nothing can be posted here. Ask in another one.',
    /** @param scope as Slack names it */
    missingScope: (scope: string): string =>
      `I may not do that here: the app was installed without the permission ${scope}. Whoever manages this workspace can install it again. Nothing was taken from your quota.`,
    noPictures: 'There is no picture in that message.',
    pictureNotReadable:
      'Slack does not give me that file. Post the picture in a conversation where I am, and try again.',
    pictureNotReady: 'Slack is still working on that file. Please try again in a minute.',
    pictureElsewhere: 'That picture is kept outside Slack, so I cannot fetch it. Upload it here and try again.',
    /** Slack's limit for apps that many workspaces install: one message read in a minute. */
    readTooOften:
      'Slack lets me read messages here only once a minute, and others were first. Choose Animate in the message’s menu instead: that works at once.',
    tooBusy: 'Slack asks me to slow down here. Please try again in a few minutes. Nothing was taken from your quota.',
    /** An answer for one person in a channel cannot carry a file. */
    fileInDirect: 'The file is in our direct messages.',
    fileNotTaken: 'Slack takes no file from me here, so the one that belongs to this answer could not be sent.',
    formTooOld: 'That form is too old. Please open it again.',
    triggerSpent: 'Slack gave me too little time to open the form. Please try once more.',
    /** The button of a refusal that opens the form again, filled in: at most 30 characters are shown. */
    changeIt: 'Change it',
    /** For help. */
    bringPictures:
      'Type /hailuo alone for a form that takes pictures, or mention me with a picture. Animate in the menu of a message, and 🎬 under a picture, make it move too.',
    /** Somebody mentions or greets the bot without asking for anything. */
    mentionHint: 'Mention me with a few words about the clip, or with a picture.',
  },
  forms: {
    /** Titles and labels of buttons: at most 24 characters. */
    createTitle: 'Make a clip',
    animateTitle: 'Animate a picture',
    send: 'Make the clip',
    cancel: 'Close',
    whichPicture: 'Which picture',
    chosenForYou: 'Chosen for you',
    /** Under a file field. */
    pictureHint: 'JPEG, PNG or WebP, up to 10 MB',
    where: 'Where the clip goes',
    /** In a menu: nothing is changed. */
    asItIs: 'Leave it as it is',
    /** Under a field for a user group, which no menu of Slack's offers. */
    groupHint: 'The id of a user group, like S0123ABCD. After /hailuo admin you can mention the group instead.',
  },
  courier: {
    openClip: 'Open the clip',
    /** Small facts under a status; a `when` is a time of day in the reader's own time zone. */
    asked: (when: string): string => `asked at ${when}`,
    rendering: (when: string): string => `rendering since ${when}`,
    expected: (earliest: string, latest: string): string => `ready between ${earliest} and ${latest}`,
    place: (place: number): string => `number ${place} in line`,
    /** With a clip that came as a direct message; `where` names a channel. */
    askedElsewhere: (where: string): string => `You asked for it in ${where}, where it could not be posted.`,
    linkOnly: 'Slack takes no file here, so this is a link. It opens for seven days.',
    noLink:
      'Slack takes no file here, and this bot has no public address from which it could be fetched. Whoever runs it has the clip.',
  },
  home: {
    greeting: 'Video clips from words and pictures',
    howTo: 'Type /hailuo in any channel, react with 🎬 to a picture, or choose Animate in a message’s menu.',
    quota: 'Your clips',
    running: 'In the making',
    noneRunning: 'Nothing is being made for you now.',
    recent: 'Your last clips',
    noneYet: 'You have no clips yet.',
    make: 'Make a clip',
    settings: 'Settings of this workspace',
    settingsHint: 'Only admins see this. Everything here can also be typed: /hailuo admin.',
    change: 'Change',
    saved: 'Saved.',
    /** Buttons that open the form of an admin's command, by its name: at most 24 characters. */
    forms: {
      limit: 'Set a limit',
      channels: 'Channels',
      model: 'Usual model',
      reactions: 'Reactions',
      words: 'Words',
      block: 'Block somebody',
      unblock: 'Unblock somebody',
      admins: 'Admins of the bot',
    },
  },
  workflow: {
    failed: (why: string): string => `No clip was made. ${why}`,
  },
  install: {
    doneTitle: 'Installed',
    done: (workspace: string): string =>
      `Hailuo is installed in ${workspace}. Go to Slack, invite it into a channel and type /hailuo.`,
    /** For the admins of an organisation, who choose in Slack which workspaces get it. */
    doneOrganisation: (organisation: string): string =>
      `Hailuo is installed in ${organisation}. Choose the workspaces that get it, then invite it into a channel and type /hailuo.`,
    chooseWorkspaces: 'Choose the workspaces',
    openSlack: 'Open Slack',
    failedTitle: 'Not installed',
    failed: 'Slack did not confirm the installation. Start again from the install page.',
    declined: 'The installation was cancelled in Slack. Nothing was changed.',
    startAgain: 'Start again',
  },
} as const;
