/**
 * Our media engine alone, with the options of its one argument (JSON). What it sees of each room it prints every two
 * seconds, a line of JSON: `{ room, view }`.
 */
import { startDevServer } from '@alongside/sfu';

/** As often as the server looks into the rooms of calls, ms. */
const LOOK_EVERY_MS = 2_000;

const rooms = new Set<string>();
const { media } = await startDevServer({
  ...JSON.parse(process.argv[2]!),
  log: (level, message, fields) => {
    if (level === 'error' || level === 'warn') console.error(message, fields);
  },
  onEvent({ event, room }) {
    const name = room?.name;
    if (!name) return;
    if (event === 'room_started') rooms.add(name);
    if (event === 'room_finished') rooms.delete(name);
  },
});
setInterval(async () => {
  for (const room of rooms) {
    const view = await media.roomView(room);
    if (view) console.log(JSON.stringify({ room, view }));
  }
}, LOOK_EVERY_MS);
