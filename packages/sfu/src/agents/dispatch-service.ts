import {
  type AgentDispatch,
  CreateAgentDispatchRequest,
  DeleteAgentDispatchRequest,
  ListAgentDispatchRequest,
  ListAgentDispatchResponse,
} from '@livekit/protocol';
import type { EngineLimits } from '../engine/messages.ts';
import { attributesBytes } from '../room/requests.ts';
import { serviceMethod, type TwirpService } from '../service/methods.ts';
import { ServiceError } from '../service/service-error.ts';
import type { AgentDispatches } from './dispatches.ts';

/** @param ensureRoom makes the room when there is none yet */
export function agentDispatchService(
  dispatches: AgentDispatches,
  limits: EngineLimits,
  ensureRoom: (name: string) => Promise<void>,
): TwirpService {
  const roomOf = ({ room }: { room: string }): string => room;
  return {
    CreateDispatch: serviceMethod<CreateAgentDispatchRequest, AgentDispatch>({
      request: CreateAgentDispatchRequest,
      grant: 'roomAdmin',
      roomOf,
      async call(request) {
        if (Buffer.byteLength(request.metadata) > limits.maxMetadataBytes) {
          throw new ServiceError('invalid_argument', 'metadata is too large');
        }
        if (attributesBytes(request.attributes) > limits.maxAttributesBytes) {
          throw new ServiceError('invalid_argument', 'attributes are too large');
        }
        await ensureRoom(request.room);
        return dispatches.create(request);
      },
    }),
    DeleteDispatch: serviceMethod<DeleteAgentDispatchRequest, AgentDispatch>({
      request: DeleteAgentDispatchRequest,
      grant: 'roomAdmin',
      roomOf,
      call: (request) => dispatches.delete(request.room, request.dispatchId),
    }),
    ListDispatch: serviceMethod<ListAgentDispatchRequest, ListAgentDispatchResponse>({
      request: ListAgentDispatchRequest,
      grant: 'roomAdmin',
      roomOf,
      async call(request) {
        const agentDispatches = dispatches.list(request.room, request.dispatchId);
        return new ListAgentDispatchResponse({ agentDispatches });
      },
    }),
  };
}
