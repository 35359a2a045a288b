import { NIGHT_AGO } from './on-call.ts';
import { measured, type Story } from './story.ts';

const at = (minutes: number) => NIGHT_AGO - minutes;

/** A failure in the night: whoever was on call slept through it, and the lead did not. */
export const NIGHT_STORY: Story = {
  key: 'night-outage',
  contact: 'olivia',
  channel: 'portal',
  topic: 'event',
  priority: 'P0',
  subject: 'All five stages went black, 6,200 people are watching a spinner',
  steps: [
    {
      ago: at(0),
      by: 'olivia',
      says: 'All five stages of the Rotterdam summit went black at the same second. The encoders say they are connected, the viewers see a spinner. 6,200 people are waiting and the keynote begins in 20 minutes. Please call me.',
    },
    { ago: at(0.05), chain: 'begins' },
    { ago: at(5.1), chain: 'climbs' },
    { ago: at(6), by: 'marcus', acknowledges: true },
    { ago: at(6.2), by: 'marcus', assigns: 'marcus' },
    {
      ago: at(7),
      by: 'marcus',
      says: 'Olivia, this is Marcus. I see all five of your streams arriving and none of them leaving, so your encoders are fine and should stay as they are. I am calling you now.',
    },
    { ago: at(8), by: 'marcus', calls: 'olivia', minutes: 11, qualities: [measured(4.4, 11), measured(4.1, 11)] },
    {
      ago: at(21),
      by: 'marcus',
      says: 'All five stages have had a picture again for four minutes. The certificate of the playback address had been renewed, and one of our edges in Amsterdam went on with the old one. Your viewers were sent there because of where they are. I have taken it out and stay with you until the keynote is over.',
    },
    {
      ago: at(26),
      by: 'marcus',
      notes:
        'Edge ams-3 kept the old certificate after renewal: no reload hook. Out of rotation, report to follow. @陈曦 no blame, your phone was on silent: push is now on for both of us.',
    },
    {
      ago: at(118),
      by: 'olivia',
      says: 'The keynote went through without a hitch. Thank you for picking up at that hour.',
    },
    { ago: at(121), by: 'marcus', state: 'solved' },
    {
      ago: at(140),
      by: 'olivia',
      rates: { score: 5, comment: 'Seven minutes from black screens to a human who knew.' },
    },
  ],
};
