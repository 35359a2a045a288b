import type { Entry } from './entry.ts';

/**
 * Runs in the page: enters rooms of Janus's VideoRoom by its own API, one connection to send on and one to receive.
 *
 * What Janus 1.1 makes of Chromium's offer, all by its defaults: VP8 with both layers, NACK, RTX and PLI, transport-cc
 * for the picture; Opus with in-band FEC, without NACK and without RED (the VideoRoom knows none). A receiver gets the
 * higher layer and falls back to the lower one when nothing of the higher has come for 250 ms; Janus measures no rate
 * towards receivers and leaves REMB from them unread. What is lost for good is not entered again: the API leaves that to
 * whoever uses it.
 */
export function janusEntry(): void {
  type Message = {
    janus: string;
    transaction?: string;
    jsep?: RTCSessionDescriptionInit;
    plugindata?: { data: { error?: string; error_code?: number; publishers?: { id: number }[] } };
    data?: { id: number };
  };
  type Handle = { session_id: number; handle_id: number };

  /** What livekit-client sends of a camera of 640 × 360: two layers, the lower one first. */
  const LAYERS: RTCRtpEncodingParameters[] = [
    { rid: 'q', scaleResolutionDownBy: 2, maxBitrate: 160_000, maxFramerate: 20 },
    { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 450_000, maxFramerate: 20 },
  ];
  /** Janus counts from the lowest layer. */
  const HIGHEST_LAYER = 1;
  /** And of a microphone. */
  const SOUND: RTCRtpEncodingParameters[] = [{ maxBitrate: 48_000, priority: 'high', networkPriority: 'high' }];
  const ROOM_EXISTS = 427;
  const KEEP_ALIVE_MS = 20_000;
  const LEAVING_MS = 2_000;

  /** The JSON of Janus over a WebSocket. @param told hears what answers no question */
  const openApi = async (url: string, told: (message: Message) => void, lost: () => void) => {
    const socket = new WebSocket(url, 'janus-protocol');
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`no Janus at ${url}`));
    });
    const waiting = new Map<string, { resolve(message: Message): void; reject(error: Error): void }>();
    let asked = 0;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data) as Message;
      // Work for a plugin is acknowledged first and answered later, under the same name.
      if (message.janus === 'ack') return;
      const question = waiting.get(message.transaction ?? '');
      waiting.delete(message.transaction ?? '');
      if (question) question.resolve(message);
      else told(message);
    };
    socket.onclose = () => {
      for (const { reject } of waiting.values()) reject(new Error('Janus closed the connection'));
      lost();
    };
    const tell = (request: object) => {
      asked += 1;
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ...request, transaction: `${asked}` }));
      return `${asked}`;
    };
    return {
      tell,
      async ask(request: object): Promise<Message> {
        const transaction = tell(request);
        return new Promise((resolve, reject) => waiting.set(transaction, { resolve, reject }));
      },
      close: () => socket.close(),
    };
  };

  /** @throws Error with Janus's reason */
  const granted = (message: Message, tolerated?: number): Message => {
    const data = message.plugindata?.data;
    const refused = message.janus === 'error' || (data?.error !== undefined && data.error_code !== tolerated);
    if (refused) throw new Error(`Janus refuses: ${JSON.stringify(message)}`);
    return message;
  };

  let leave = async (): Promise<void> => {};

  const entry: Entry<'janus'> = {
    async enter({ url, room }, call) {
      leave = async () => {};
      let left = false;
      const interrupted = () => {
        if (!left) call.interrupted();
      };
      const connections: RTCPeerConnection[] = [];
      const feeds = new Set<number>();

      const subscribeTo = (publishers: { id: number }[]) => {
        for (const { id } of publishers) {
          if (feeds.has(id)) continue;
          feeds.add(id);
          subscribe(id).catch((error) => console.error(error));
        }
      };
      const told = (message: Message) => {
        subscribeTo(message.plugindata?.data.publishers ?? []);
        if (message.janus === 'timeout' || message.janus === 'hangup') interrupted();
      };
      const api = await openApi(url, told, interrupted);
      const session = granted(await api.ask({ janus: 'create' })).data!.id;
      const keepAlive = setInterval(() => api.tell({ janus: 'keepalive', session_id: session }), KEEP_ALIVE_MS);
      leave = async () => {
        left = true;
        clearInterval(keepAlive);
        // A connection that closes takes the session with it, too; an answer that is late is not waited for.
        const patience = new Promise((done) => setTimeout(done, LEAVING_MS));
        await Promise.race([api.ask({ janus: 'destroy', session_id: session }).catch(() => {}), patience]);
        for (const connection of connections) connection.close();
        api.close();
      };

      const attach = async (): Promise<Handle> => {
        const attached = await api.ask({ janus: 'attach', session_id: session, plugin: 'janus.plugin.videoroom' });
        return { session_id: session, handle_id: granted(attached).data!.id };
      };
      const request = (handle: Handle, body: object, jsep?: object) =>
        api.ask({ janus: 'message', ...handle, body, ...(jsep ? { jsep } : {}) });
      const openConnection = (handle: Handle) => {
        const connection = new RTCPeerConnection();
        connections.push(connection);
        connection.onicecandidate = ({ candidate }) => {
          const given = candidate?.candidate ? candidate.toJSON() : { completed: true };
          api.tell({ janus: 'trickle', ...handle, candidate: given });
        };
        connection.onconnectionstatechange = () => {
          if (connection.connectionState === 'failed') interrupted();
        };
        return connection;
      };

      const subscribe = async (feed: number) => {
        const handle = await attach();
        const streams = [{ feed, substream: HIGHEST_LAYER }];
        const offered = granted(await request(handle, { request: 'join', ptype: 'subscriber', room, streams }));
        const connection = openConnection(handle);
        connection.ontrack = ({ track }) => {
          const element = document.createElement(track.kind === 'video' ? 'video' : 'audio');
          element.autoplay = true;
          element.srcObject = new MediaStream([track]);
          call.play(element);
        };
        await connection.setRemoteDescription(offered.jsep!);
        await connection.setLocalDescription();
        granted(await request(handle, { request: 'start' }, connection.localDescription!.toJSON()));
      };

      const publish = async (handle: Handle) => {
        const connection = openConnection(handle);
        for (const track of call.tracks) {
          const sendEncodings = track.kind === 'video' ? LAYERS : SOUND;
          const { sender } = connection.addTransceiver(track, { direction: 'sendonly', sendEncodings });
          if (track.kind !== 'video') continue;
          // As livekit-client has it for cameras.
          await sender.setParameters({ ...sender.getParameters(), degradationPreference: 'maintain-framerate' });
        }
        await connection.setLocalDescription();
        // Without the order Janus takes the first layer for the highest, and of two layers it then accepts none.
        const offer = { ...connection.localDescription!.toJSON(), rid_order: 'lmh' };
        const answered = granted(await request(handle, { request: 'publish' }, offer));
        await connection.setRemoteDescription(answered.jsep!);
      };

      const publisher = await attach();
      // Whoever comes second finds the room there. What is not set is as Janus has it, which is what its documentation
      // advises, too; no cap on the rate.
      const options = { publishers: 2, audiocodec: 'opus', videocodec: 'vp8', bitrate: 0, opus_fec: true };
      const extensions = { transport_wide_cc_ext: true, audiolevel_ext: true };
      granted(await request(publisher, { request: 'create', room, ...options, ...extensions }), ROOM_EXISTS);
      const joined = granted(await request(publisher, { request: 'join', ptype: 'publisher', room }));
      subscribeTo(joined.plugindata!.data.publishers ?? []);
      await publish(publisher);
    },
    leave: () => leave(),
  };
  window.weakEntries = { ...window.weakEntries, janus: entry };
}
