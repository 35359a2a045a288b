import type { PastStory } from './past-story.ts';

const HOUR = 60;

/** Conversations of Aurora Auctions in the last two months. */
export const AURORA_EARLIER: readonly PastStory[] = [
  {
    key: 'past-bid-echo',
    contact: 'sofia',
    channel: 'widget',
    topic: 'sound',
    priority: 'P1',
    subject: 'Phone bidders hear themselves',
    monthsAgo: 2,
    day: 13,
    time: '17:20',
    steps: [
      {
        after: 0,
        by: 'sofia',
        says: 'Two phone bidders hear their own voice half a second later. The sale starts at seven.',
      },
      {
        after: 21,
        by: 'priya',
        says: 'The desk sends the room’s whole mix back to the phones. It needs a mix without the phones (“mix-minus”) on bus 3; the phone line is routed to it already.',
      },
      { after: 49, by: 'sofia', says: 'Our sound engineer made bus 3. No echo any more.' },
      { after: 55, by: 'priya', state: 'solved' },
      {
        after: 26 * HOUR,
        by: 'sofia',
        rates: { score: 4, comment: 'Quick, though we had to find bus 3 by ourselves.' },
      },
    ],
  },
  {
    key: 'past-bid-delay',
    contact: 'sofia',
    channel: 'widget',
    topic: 'picture',
    priority: 'P0',
    subject: 'Picture freezes for online bidders during the sale',
    monthsAgo: 1,
    day: 11,
    time: '15:02',
    steps: [
      {
        after: 0,
        by: 'sofia',
        says: 'The auctioneer’s picture freezes for everybody online. Lot 42 of 180. Please help at once.',
      },
      {
        after: 9,
        by: 'priya',
        says: 'Your camera’s uplink dropped to 0.6 Mbit/s four minutes ago. I have moved you to your second line; the picture should run again.',
      },
      { after: 14, by: 'sofia', says: 'It runs. We repeat lot 42.' },
      { after: 20, by: 'priya', says: 'I watch both lines until the sale is over.' },
      {
        after: 105,
        by: 'priya',
        says: 'Lot 180 is through, no loss since. Your provider found a broken splice, by the way.',
      },
      { after: 108, by: 'priya', state: 'solved' },
      { after: 110, by: 'sofia', state: 'closed' },
    ],
  },
  {
    key: 'past-bid-account',
    contact: 'sofia',
    channel: 'portal',
    topic: 'account',
    priority: 'P3',
    subject: 'Add the Milan saleroom to our account',
    monthsAgo: 1,
    day: 19,
    time: '10:30',
    steps: [
      { after: 0, by: 'sofia', says: 'We open a second saleroom in Milan. Does it need an account of its own?' },
      {
        after: 2.2 * HOUR,
        by: 'marcus',
        says: 'No, a second location is enough: Account → Locations. People can work in both with one sign-in.',
      },
      { after: 3 * HOUR, by: 'sofia', says: 'Done, simple enough.' },
      { after: 3.1 * HOUR, by: 'marcus', state: 'solved' },
      { after: 24 * HOUR, by: 'sofia', rates: { score: 5, comment: '' } },
    ],
  },
];
