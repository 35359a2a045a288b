/** What only a call needs, in one chunk of its own: see `CallScreens.tsx`. */
import { CallPreview } from './CallPreview.tsx';
import { CallStage } from './CallStage.tsx';

export type Screens = { CallPreview: typeof CallPreview; CallStage: typeof CallStage };

export { CallPreview, CallStage };
