import type { Locale, StaffRole, TicketContext, Topic } from '@alongside/contracts';

/** The company whose desk the demo shows: it runs live video for others, and they call when it matters. */
export const WORKSPACE_NAME = 'Lumen Live 光年直播';

export const TOPICS: Topic[] = [
  { id: 'picture', name: { en: 'Stutter, freezing, picture', 'zh-CN': '卡顿与画面' } },
  { id: 'sound', name: { en: 'Echo, noise, no sound', 'zh-CN': '回声、杂音与无声' } },
  { id: 'screen-share', name: { en: 'Screen sharing', 'zh-CN': '屏幕共享' } },
  { id: 'connection', name: { en: 'Cannot connect', 'zh-CN': '无法连接' } },
  { id: 'event', name: { en: 'Help with an event', 'zh-CN': '活动保障' } },
  { id: 'recording', name: { en: 'Recordings', 'zh-CN': '录制与回放' } },
  { id: 'account', name: { en: 'Account and billing', 'zh-CN': '账号与账单' } },
  { id: 'other', name: { en: 'Something else', 'zh-CN': '其他问题' } },
];

type DemoStaff = { name: string; email: string; role: StaffRole; locale: Locale };

/** Lin sets the workspace up. Priya may change everything too: the printed link signs in as her, and whoever tries the demo wants to see the settings. */
export const STAFF = {
  lin: { name: '林悦', email: 'lin.yue@lumenlive.example', role: 'administrator', locale: 'zh-CN' },
  marcus: { name: 'Marcus Weber', email: 'marcus.weber@lumenlive.example', role: 'lead', locale: 'en' },
  priya: { name: 'Priya Nair', email: 'priya.nair@lumenlive.example', role: 'administrator', locale: 'en' },
  chen: { name: '陈曦', email: 'chen.xi@lumenlive.example', role: 'engineer', locale: 'zh-CN' },
} satisfies Record<string, DemoStaff>;
export type StaffKey = keyof typeof STAFF;

export const ORGANISATIONS = {
  northwind: { name: 'Northwind Events', domains: ['northwind.example'] },
  chenxing: { name: '晨星在线教育', domains: ['chenxing.example'] },
  aurora: { name: 'Aurora Auctions', domains: ['aurora.example'] },
};
export type OrganisationKey = keyof typeof ORGANISATIONS;

type DemoContact = {
  name: string;
  email: string;
  locale: Locale;
  organisation: OrganisationKey;
  context: TicketContext;
};

const MAC_CHROME = {
  browser: 'Chrome 142',
  platform: 'macOS 15.6',
  userAgent:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
};
const WINDOWS_EDGE = {
  browser: 'Edge 142',
  platform: 'Windows 11',
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
};

export const CONTACTS = {
  olivia: {
    name: 'Olivia Hart',
    email: 'olivia.hart@northwind.example',
    locale: 'en',
    organisation: 'northwind',
    context: {
      ...MAC_CHROME,
      language: 'en-GB',
      timeZone: 'Europe/London',
      screen: '1728 × 1117 @2x',
      connection: '4g, 9.4 Mbit/s, 50 ms',
      appVersion: 'studio 6.14.2',
      pageUrl: 'https://studio.lumenlive.example/events/spring-launch/control-room',
      pageTitle: 'Control room · Spring launch',
      custom: { plan: 'Enterprise', event: 'spring-launch', region: 'eu-west' },
    },
  },
  ben: {
    name: 'Ben Okafor',
    email: 'ben.okafor@northwind.example',
    locale: 'en',
    organisation: 'northwind',
    context: {
      ...WINDOWS_EDGE,
      language: 'en-GB',
      timeZone: 'Europe/London',
      screen: '2560 × 1440',
      appVersion: 'studio 6.14.2',
      pageUrl: 'https://studio.lumenlive.example/events/spring-launch/run-sheet',
      custom: { plan: 'Enterprise', event: 'spring-launch', region: 'eu-west' },
    },
  },
  wang: {
    name: '王磊',
    email: 'wang.lei@chenxing.example',
    locale: 'zh-CN',
    organisation: 'chenxing',
    context: {
      ...WINDOWS_EDGE,
      language: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      screen: '1920 × 1080',
      connection: '4g, 10 Mbit/s, 50 ms',
      appVersion: 'classroom 3.9.0',
      pageUrl: 'https://class.lumenlive.example/rooms/8842',
      pageTitle: '高一物理 · 直播课堂',
      custom: { 套餐: '标准版', 课堂: '8842', 区域: 'cn-east' },
    },
  },
  zhao: {
    name: '赵敏',
    email: 'zhao.min@chenxing.example',
    locale: 'zh-CN',
    organisation: 'chenxing',
    context: {
      browser: 'Safari 26',
      platform: 'macOS 26.1',
      language: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      screen: '1470 × 956 @2x',
      appVersion: 'classroom 3.9.0',
      pageUrl: 'https://class.lumenlive.example/rooms/9015',
      custom: { 套餐: '标准版', 课堂: '9015', 区域: 'cn-east' },
    },
  },
  sofia: {
    name: 'Sofia Rossi',
    email: 'sofia.rossi@aurora.example',
    locale: 'en',
    organisation: 'aurora',
    context: {
      ...MAC_CHROME,
      language: 'en-US',
      timeZone: 'Europe/Rome',
      screen: '1512 × 982 @2x',
      appVersion: 'bidder 2.21.0',
      pageUrl: 'https://live.aurora.example/sales/evening-sale/room',
      custom: { plan: 'Business', sale: 'evening-sale', region: 'eu-south' },
    },
  },
} satisfies Record<string, DemoContact>;
export type ContactKey = keyof typeof CONTACTS;

/** Whom the printed links sign in. */
export const DEMO_ENGINEER: StaffKey = 'priya';
export const DEMO_CUSTOMER: ContactKey = 'olivia';
