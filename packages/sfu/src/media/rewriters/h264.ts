import type { RtpView } from '@alongside/rtp';
import { FATE, FrameLog } from '../frame-log.ts';
import type { LayerChoice } from '../layer-selector.ts';
import type { PayloadHead } from '../payload-head.ts';
import type { Rewriter } from './rewriter.ts';

/** H.264: nothing to renumber. Pictures nobody refers to are its only temporal layer; the timestamp tells pictures apart. */
export class H264Rewriter implements Rewriter {
  readonly spatial = 0;
  readonly broken = false;
  temporal: number;
  readonly #pictures = new FrameLog();

  constructor(target: LayerChoice) {
    this.temporal = target.temporal;
  }

  admit(view: RtpView, head: PayloadHead, target: LayerChoice): boolean {
    const key = view.timestamp | 0;
    const known = this.#pictures.find(key);
    if (known >= 0) return this.#pictures.fate(known) === FATE.admitted;
    this.temporal = target.temporal;
    const admitted = head.temporal <= this.temporal;
    this.#pictures.add(key, admitted ? FATE.admitted : FATE.leftOut, 0);
    return admitted;
  }

  admitLate(view: RtpView, head: PayloadHead): boolean {
    const known = this.#pictures.find(view.timestamp | 0);
    return known >= 0 ? this.#pictures.fate(known) === FATE.admitted : head.temporal <= this.temporal;
  }

  marker(view: RtpView): boolean {
    return view.marker;
  }

  extend(): void {}

  renumber(): void {}
}
