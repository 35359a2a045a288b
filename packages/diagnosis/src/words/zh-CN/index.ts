import audio from './audio.json' with { type: 'json' };
import connection from './connection.json' with { type: 'json' };
import device from './device.json' with { type: 'json' };
import measures from './measures.json' with { type: 'json' };
import names from './names.json' with { type: 'json' };
import network from './network.json' with { type: 'json' };
import sync from './sync.json' with { type: 'json' };
import video from './video.json' with { type: 'json' };

/** What is said in Simplified Chinese. */
export const zhCn = { rules: { ...network, ...connection, ...audio, ...video, ...sync, ...device }, names, measures };
