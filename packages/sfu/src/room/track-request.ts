import { type AddTrackRequest, VideoLayer } from '@livekit/protocol';

/** Names of tracks, streams and layers are told to everybody, again and again. */
const MAX_NAME_CHARACTERS = 256;
/** So are features; LiveKit knows fewer than ten of each kind. */
const MAX_FEATURES = 16;
/** Clients name three; of more nobody sends anything. */
const MAX_LAYERS = 4;

/** Which limit an announcement is beyond, as its sender is told; undefined when it is within all. */
export function excessOf(request: AddTrackRequest): string | undefined {
  const layers = [...request.layers, ...request.simulcastCodecs.flatMap((codec) => codec.layers)];
  const names = [request.cid, request.stream, ...layers.map(({ rid }) => rid)];
  if (names.some((name) => name.length > MAX_NAME_CHARACTERS)) {
    return `no names of more than ${MAX_NAME_CHARACTERS} characters`;
  }
  return excessOfFeatures(request.audioFeatures) ?? excessOfFeatures(request.packetTrailerFeatures);
}

/** The same for the features of a track alone, announced or changed later. */
export function excessOfFeatures(features: readonly number[]): string | undefined {
  return features.length > MAX_FEATURES ? `no more than ${MAX_FEATURES} features of a track` : undefined;
}

/** The layers an announcement names, each made anew: a message keeps fields it does not know, of any size. */
export function layersOf(request: AddTrackRequest): VideoLayer[] {
  const layers = request.layers.length > 0 ? request.layers : (request.simulcastCodecs[0]?.layers ?? []);
  return layers
    .slice(0, MAX_LAYERS)
    .map(
      ({ quality, width, height, bitrate, ssrc, spatialLayer, rid, repairSsrc }) =>
        new VideoLayer({ quality, width, height, bitrate, ssrc, spatialLayer, rid, repairSsrc }),
    );
}
