import { mountApp } from '@alongside/ui';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import { PortalApp } from './PortalApp.tsx';

mountApp(<PortalApp />, { catalogues: { portal: { en, 'zh-CN': zh } } });
