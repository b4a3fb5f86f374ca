import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';

/** What was recorded as it was told, though it looks like a slip. */
export class Warning {
  @ApiProperty({ description: 'JSON pointer into the body.', example: '/identifiers/0/raw' })
  pointer!: string;
  @ApiProperty({ example: 'checksum-mismatch' })
  code!: string;
  @ApiProperty()
  message!: string;
}

/** What a write answers: the ids of what it made, and where its facts stand in the log. */
export class Receipt {
  @ApiProperty({
    description: 'Ids of what the write made or spoke of.',
    type: 'object',
    additionalProperties: { type: 'string', format: 'uuid' },
    example: { caseId: '0b0f6c9e-55f5-5d0f-9e0c-3c3d5a8f0f11' },
  })
  ids!: Readonly<Record<string, string>>;
  @ApiProperty({ description: 'The facts recorded; none when it was so already.', type: [String] })
  eventIds!: readonly string[];
  @ApiProperty({ description: 'The revision of the stream, also given as ETag: send it back as If-Match.' })
  revision!: number;
  @ApiProperty({ description: 'The position in the log: ask with minPosition to read your own write.' })
  position!: number;
  @ApiPropertyOptional({ description: 'What was recorded though it looks like a slip.', type: [Warning] })
  warnings?: readonly Warning[];
}

/** A body with its status and headers. Controllers return one where 200 is not enough. */
export class Answer<Body extends object = object> {
  constructor(
    readonly body: Body,
    readonly status = 200,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

export const etagOf = (revision: number): Record<string, string> => ({ etag: `"${revision}"` });

type Recorded = Omit<Receipt, 'ids' | 'warnings'>;

/** A receipt of what was recorded, and whatever else is told with it: 201, or 200 when it was so already. */
export const receiptWith = <More extends object = object>(
  { eventIds, revision, position }: Recorded,
  ids: Receipt['ids'],
  more: More = {} as More,
): Answer<Receipt & More> =>
  new Answer({ ids, eventIds, revision, position, ...more }, eventIds.length > 0 ? 201 : 200, etagOf(revision));

/** Tells each `Answer` with its status and headers. A hook and not an interceptor: those cost a chain of observables a request. */
export const tellAnswers = (server: FastifyInstance): void => {
  server.addHook('preSerialization', (_, reply, given, done) => {
    if (!(given instanceof Answer)) return done(null, given);
    void reply.status(given.status).headers({ ...given.headers });
    done(null, given.body);
  });
};
