import type { FilesFeature } from '../files/feature.ts';
import type { Feature } from '../platform/platform.ts';
import { startLinks } from './links.ts';
import { isToBeSeeded, seedDemo } from './seed.ts';

/** A company to look at on the first start (not with `--empty` or ALONGSIDE_EMPTY), and the links of every start. */
export function demoFeature(files: FilesFeature): Feature {
  return {
    name: 'demo',
    register() {},
    async started({ db, log, config }, { origin, args }) {
      const isWanted = !config.empty && !args.includes('--empty');
      if (isWanted && (await isToBeSeeded(db))) await seedDemo({ db, log, files: files.deps() }, new Date());
      return startLinks(db, origin);
    },
  };
}
