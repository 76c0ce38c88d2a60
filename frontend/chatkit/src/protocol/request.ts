// The requests of the protocol, and the two extensions this client may use.

export type { Action, PlainRequest, Request, StreamingRequest, StructuredInputSubmission, UserMessageInput as UserInput } from './generated/requests.ts';
