/** What options are called and what commands are for, in Chinese. Commands keep their names: sentences name them. */
import type { commands as english } from '../en/commands.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const commands: Wording<typeof english> = {
  create: {
    name: 'create',
    description: '用文字、图片或在两张图片之间制作短片',
    options: {
      prompt: { name: '提示词', description: '短片里发生什么；运镜写在方括号里，如 [Push in]' },
      image: { name: '图片', description: '开头的图片' },
      last_image: { name: '结尾图片', description: '结尾的图片（模型 02）' },
      model: { name: '模型', description: '用哪个 Hailuo 模型渲染' },
      duration: { name: '时长', description: '时长（秒）', choices: { 6: '6 秒', 10: '10 秒' } },
      resolution: { name: '分辨率', description: '画面的高度' },
      camera: { name: '运镜', description: '整个短片的一种运镜' },
      enhance: { name: '优化', description: '让模型改进提示词' },
      provider: { name: '服务商', description: '由谁渲染；不填则自动选择' },
    },
  },
  jobs: { name: 'jobs', description: '你制作中和已完成的短片', options: {} },
  cancel: {
    name: 'cancel',
    description: '取消一个制作中的短片',
    options: { job: { name: '短片', description: '哪一个；不填则为最新的' } },
  },
  quota: { name: 'quota', description: '你今天还剩多少，何时重新开始', options: {} },
  models: { name: 'models', description: '有哪些模型，各能做什么', options: {} },
  help: { name: 'help', description: '使用方法', options: {} },
};
