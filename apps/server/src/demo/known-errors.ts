import type { KnownErrorContent } from '@alongside/contracts';
import { importKnownErrors } from '../catalogue/actions.ts';
import type { Db } from '../platform/database/database.ts';

/** What the codes of the demo's product, and of the browsers it runs in, mean. */
const KNOWN_ERRORS: KnownErrorContent[] = [
  {
    code: '4203',
    component: 'Studio SDK',
    meaning: { en: 'No way to the media server', 'zh-CN': '无法连通媒体服务器' },
    causes: {
      en: 'A firewall lets no UDP out, and TCP 443 is inspected or blocked.\nThe list of server addresses holds a single one.',
      'zh-CN': '防火墙不放行 UDP，且 TCP 443 被拦截或解密检查。\n服务器地址列表只配置了一个地址。',
    },
    fix: {
      en: 'Run the pre-call check from the same network; open UDP 7881 or TLS 443 to the addresses it names.\nConfigure a backup address.',
      'zh-CN': '在同一网络中运行通话前检测，按结果放行 UDP 7881 或 TLS 443。\n配置备用地址。',
    },
    affectedVersions: '',
    audience: 'everyone',
  },
  {
    code: '1102',
    component: 'Studio SDK',
    meaning: { en: 'The token is no longer valid', 'zh-CN': 'Token 已失效' },
    causes: {
      en: 'It has expired, or the clock of the server that signs it is wrong.',
      'zh-CN': 'Token 过期，或签发服务器的时钟不准。',
    },
    fix: {
      en: 'Sign a fresh token and join again; renew it before `exp`.',
      'zh-CN': '重新签发 Token 并再次加入；请在 `exp` 之前续期。',
    },
    affectedVersions: '< 3.2',
    audience: 'everyone',
  },
  {
    code: 'NotReadableError',
    component: 'getUserMedia',
    meaning: { en: 'The camera or microphone is in use by another program', 'zh-CN': '摄像头或麦克风被其他程序占用' },
    causes: { en: 'Another app or tab holds the device.', 'zh-CN': '其他应用或标签页正在使用该设备。' },
    fix: {
      en: 'Close the other program, then turn the device on again.',
      'zh-CN': '关闭占用设备的程序，然后重新开启设备。',
    },
    affectedVersions: '',
    audience: 'everyone',
  },
  {
    code: 'NotAllowedError',
    component: 'getUserMedia',
    meaning: { en: 'The browser was not allowed to use the device', 'zh-CN': '浏览器未获得设备使用权限' },
    causes: {
      en: 'The question was answered with no, or the system forbids it to the browser.',
      'zh-CN': '用户拒绝了授权，或系统设置禁止浏览器使用。',
    },
    fix: {
      en: 'Allow it in the site settings beside the address, and in the system’s privacy settings.',
      'zh-CN': '在地址栏旁的网站设置以及系统隐私设置中允许使用。',
    },
    affectedVersions: '',
    audience: 'everyone',
  },
  {
    code: 'ENC_GOP_DRIFT',
    component: 'Encoder B',
    meaning: { en: 'Key frames come much more rarely than configured', 'zh-CN': '关键帧间隔远大于配置值' },
    causes: { en: 'An old stage profile was loaded.', 'zh-CN': '加载了旧的场景配置。' },
    fix: { en: 'Set the key frame interval to 2 s.', 'zh-CN': '将关键帧间隔设为 2 秒。' },
    affectedVersions: '2.7–2.9',
    audience: 'team',
  },
];

/** Fills the error catalogue. */
export async function seedKnownErrors(db: Db, now: Date): Promise<void> {
  await importKnownErrors(db, { entries: KNOWN_ERRORS, trial: false }, 'en', now);
}
