/** What is said on Discord alone, in Chinese. */
import type { discord as english } from '../en/discord.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const discord: Wording<typeof english> = {
  rootDescription: '用文字和图片制作视频短片',
  adminRootDescription: '此服务器的限额、设置和用量',
  animateMenu: '动起来',
  animateTitle: '让这张图片动起来',
  animatePrompt: '短片里要发生什么',
  animatePicture: '哪张图片',
  openClip: '打开短片',
  status: {
    asked: (when) => `请求于 ${when}`,
    rendering: (when) => `渲染开始于 ${when}`,
    expected: (earliest, latest) => `最早 ${earliest} 完成，最晚 ${latest}`,
    place: (place) => `排在第 ${place} 位`,
  },
  askedElsewhere: (where) => `你是在 ${where} 请求的，但无法发布在那里。`,
  noLink: '文件太大，放不进这里，而且这个机器人没有可供下载的公开地址。短片在机器人的运营者那里。',
  unknownCommand: '这个机器人已不认识这个命令。请输入 / 重新选择。',
  broken: '我们这边出了问题。没有扣除你的额度，请再试一次。',
  missingPermissions: (names) =>
    `我无法在这里发布短片，因为缺少权限：${names.join('、')}。可以管理此频道的人能在频道设置的“权限”中允许。没有扣除你的额度。`,
  onlyWhileTokenLives:
    '我不是这里的成员，因此 Discord 只允许我在 15 分钟内回复。用时更长的短片会以私信送达，或在 /hailuo jobs 中等你。',
  noPictures: '那条消息里没有图片。',
  formTooOld: '已无法取得那张图片。请在它的消息菜单中再次选择“动起来”。',
  noContentIntent:
    '有人对一张图片作出回应想让它动起来，但我在这里看不到别人的图片：Message Content Intent 已关闭。机器人的运营者可以在 Discord 开发者平台的“Bot”中打开。在此之前可以用消息的菜单：APP，然后“动起来”。',
  useTheMenu: '我无法通过回应看到那张图片。请打开它的消息菜单：APP，然后“动起来”。',
};
