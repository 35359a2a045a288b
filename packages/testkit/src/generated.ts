// Loaded before every unit test: what fast-check generates is the same in every run, so that a change is refused for what it
// does and not by chance. `PROPERTY_SEED=$RANDOM npm run check` looks elsewhere.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
