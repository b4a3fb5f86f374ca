import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ProblemError {
  @ApiProperty({ description: 'JSON pointer of the wrong place.', example: '/effectiveOn' })
  pointer!: string;
  @ApiProperty({ example: 'day-malformed' })
  code!: string;
  @ApiProperty({ example: 'Give a calendar day as YYYY-MM-DD.' })
  message!: string;
}

/** Problem Details (RFC 9457), with a stable code and every wrong place. */
export class Problem {
  @ApiProperty({ description: 'urn:rastro:problem: and the code.', example: 'urn:rastro:problem:invalid' })
  type!: string;
  @ApiProperty({ example: 'Bad Request' })
  title!: string;
  @ApiProperty({ example: 400 })
  status!: number;
  @ApiProperty({ description: 'Stable; part of the contract.', example: 'invalid' })
  code!: string;
  @ApiProperty({
    description: 'What to do, for people.',
    example: '1 wrong, first /effectiveOn: Give a calendar day as YYYY-MM-DD.',
  })
  detail!: string;
  @ApiProperty({ type: [ProblemError] })
  errors!: readonly ProblemError[];
  @ApiPropertyOptional({
    description: 'What the refusal saw, for machines: of `stale`, the revision and what changed.',
    type: 'object',
    additionalProperties: true,
  })
  context?: Readonly<Record<string, unknown>>;
}
