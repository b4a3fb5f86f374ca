import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What a write answers that a second person must approve: nothing is recorded in the case yet. */
export class ProposalTold {
  @ApiProperty({ format: 'uuid' })
  proposalId!: string;
  @ApiProperty({ example: 'waiting' })
  state!: string;
  @ApiProperty({ description: 'What it needs a second person for.', example: 'release' })
  act!: string;
  @ApiPropertyOptional({ format: 'uuid', description: 'None of an import.' })
  caseId?: string;
  @ApiProperty({ description: 'Until when somebody may approve it.' })
  expiresAt!: string;
  @ApiProperty({ description: 'The position of the last event about it.' })
  position!: number;
}
