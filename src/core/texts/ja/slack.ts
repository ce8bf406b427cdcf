/** What is said on Slack alone, in Japanese. The shortcut keeps its name: an app has one for everybody. */
import type { slack as english } from '../en/slack.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const slack: Wording<typeof english> = {
  bot: {
    broken: 'こちらで問題が起きました。利用枠は減っていません。もう一度お試しください。',
    unknownCommand: 'このボットはもうそれを知りません。コマンドを入力し直してください。',
    notInChannel:
      'この会話のメンバーではないため、ここにはクリップを投稿できません。/invite で招待するか、ダイレクトメッセージを送ってください。利用枠は減っていません。',
    isArchived: 'このチャンネルはアーカイブされているため、何も投稿できません。別のチャンネルで頼んでください。',
    missingScope: (scope) =>
      `ここではそれができません。アプリが権限 ${scope} なしでインストールされています。このワークスペースの管理者がもう一度インストールできます。利用枠は減っていません。`,
    noPictures: 'そのメッセージには画像がありません。',
    pictureNotReadable: 'Slackからそのファイルを受け取れません。私がいる会話に画像を投稿して、もう一度お試しください。',
    pictureNotReady: 'Slackがまだそのファイルを処理しています。1分ほど待ってからもう一度お試しください。',
    pictureElsewhere: 'その画像はSlackの外にあるため、取得できません。ここにアップロードして、もう一度お試しください。',
    readTooOften:
      'Slackの決まりで、ここでメッセージを読めるのは1分に1回だけで、ほかの人が先でした。代わりにメッセージのメニューから「Animate」を選んでください。すぐに使えます。',
    tooBusy:
      'Slackから、ここでの速度を落とすよう求められています。数分後にもう一度お試しください。利用枠は減っていません。',
    fileInDirect: 'ファイルはダイレクトメッセージにあります。',
    fileNotTaken: 'ここではSlackがファイルを受け付けないため、この回答のファイルを送れませんでした。',
    formTooOld: 'そのフォームは古すぎます。もう一度開いてください。',
    triggerSpent: 'Slackの制限時間内にフォームを開けませんでした。もう一度お試しください。',
    changeIt: '変更する',
    bringPictures:
      '/hailuo だけを入力すると、画像を受け付けるフォームが開きます。画像を付けてメンションしても構いません。メッセージのメニューの Animate や、画像への 🎬 でも動き出します。',
    mentionHint: 'クリップについての言葉か画像を添えて、メンションしてください。',
  },
  forms: {
    createTitle: 'クリップを作る',
    animateTitle: '画像を動かす',
    send: 'クリップを作る',
    cancel: '閉じる',
    whichPicture: 'どの画像か',
    chosenForYou: '自動で選択',
    pictureHint: 'JPEG、PNG、WebP、10 MBまで',
    where: 'クリップの届け先',
    asItIs: 'このままにする',
    groupHint:
      'S0123ABCD のようなユーザーグループのID。/hailuo admin の後では、グループをメンションしてもかまいません。',
  },
  courier: {
    openClip: 'クリップを開く',
    asked: (when) => `依頼：${when}`,
    rendering: (when) => `レンダリング開始：${when}`,
    expected: (earliest, latest) => `完成予定：${earliest}〜${latest}`,
    place: (place) => `列の${place}番目`,
    askedElsewhere: (where) => `${where}で頼まれたクリップですが、そこには投稿できませんでした。`,
    linkOnly: 'ここではSlackがファイルを受け付けないため、リンクをお送りします。リンクは7日間開けます。',
    noLink:
      'ここではSlackがファイルを受け付けず、このボットには受け取り用の公開アドレスもありません。クリップはボットの運営者が持っています。',
  },
  home: {
    greeting: '言葉や画像から動画クリップを',
    howTo:
      'チャンネルで /hailuo と入力するか、画像に🎬でリアクションするか、メッセージのメニューから「Animate」を選んでください。',
    quota: 'あなたのクリップ',
    running: '作成中',
    noneRunning: '今作成中のクリップはありません。',
    recent: '最近のクリップ',
    noneYet: 'まだクリップがありません。',
    make: 'クリップを作る',
    settings: 'このワークスペースの設定',
    settingsHint: 'ここは管理者にだけ見えます。すべて /hailuo admin と入力しても変更できます。',
    change: '変更',
    saved: '保存しました。',
    forms: {
      limit: '上限を設定',
      channels: 'チャンネル',
      model: '標準のモデル',
      reactions: 'リアクション',
      words: '言葉',
      block: 'ユーザーをブロック',
      unblock: 'ブロックを解除',
      admins: 'ボットの管理者',
    },
  },
  workflow: {
    failed: (why) => `クリップは作られませんでした。${why}`,
  },
  install: {
    doneTitle: 'インストールしました',
    done: (workspace) =>
      `Hailuoを${workspace}にインストールしました。Slackに戻り、チャンネルに招待して /hailuo と入力してください。`,
    doneOrganisation: (organisation) =>
      `Hailuoを${organisation}にインストールしました。使うワークスペースを選び、チャンネルに招待して /hailuo と入力してください。`,
    chooseWorkspaces: 'ワークスペースを選ぶ',
    openSlack: 'Slackを開く',
    failedTitle: 'インストールできませんでした',
    failed: 'Slackがインストールを確認しませんでした。インストールページからやり直してください。',
    declined: 'Slackでインストールがキャンセルされました。何も変更されていません。',
    startAgain: 'やり直す',
  },
};
