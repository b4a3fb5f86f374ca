import { type ServerUnaryCall, Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';

import { append, batchAppend, type Batches, type Deletion, type Fate, type Messages, remove } from './appending.js';
import type { Certificate } from './certificate.js';
import { type Call, type Fault, Faults } from './faults.js';
import { Log } from './log.js';
import { read, type Reading, subscribe } from './reading.js';
import { callError } from './wire.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Running {
  readonly port?: number;
  /** Where the log is kept; in memory only unless told. */
  readonly file?: string;
  readonly tls?: Certificate;
  /** `name:password`; nobody is asked unless told. */
  readonly user?: string;
  /** Whether appends may come in batches, on one stream. */
  readonly batches?: boolean;
  /** The members of the cluster, the leader first; this one alone unless told. */
  readonly members?: readonly Address[];
  /** The log of a leader next to it: a cluster in one process. */
  readonly log?: Log;
}

type Answer<T> = sendUnaryData<T>;
interface Any {
  readonly metadata: Batches['metadata'];
  emit(event: 'error', error: Error): boolean;
}

const HOST = '127.0.0.1';

/** A double of an EventStoreDB server: it speaks the protocol of the client, and goes wrong when it is asked to. */
export class TestServer {
  readonly faults = new Faults();
  /** Reads and subscriptions that have not come to an end. */
  openReads = 0;
  /** Where subscriptions to all began, as they came; 0 at the start. */
  readonly subscribedAt: number[] = [];
  readonly log: Log;
  #server = new Server();
  #port = 0;

  private constructor(private readonly running: Running) {
    this.log = running.log ?? new Log(running.file);
  }

  static async start(running: Running = {}): Promise<TestServer> {
    const one = new TestServer(running);
    await one.#listen(running.port ?? 0);
    return one;
  }

  /** For a client, without what it may add. */
  get url(): string {
    const { tls, user } = this.running;
    const query = tls ? `tls=true&tlsCAFile=${encodeURIComponent(tls.path)}` : 'tls=false';
    return `esdb://${user ? `${user}@` : ''}${HOST}:${this.#port}?${query}`;
  }

  get address(): Address {
    return { host: HOST, port: this.#port };
  }

  async #listen(port: number): Promise<void> {
    this.#server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    this.#offer(this.#server);
    const { tls } = this.running;
    const credentials = tls
      ? ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }])
      : ServerCredentials.createInsecure();
    this.#port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, found: number): void => (error ? reject(error) : resolve(found));
      this.#server.bindAsync(`${HOST}:${port}`, credentials, bound);
    });
  }

  /** Breaks all connections and refuses new ones; what stands in the log stays. */
  stop(): void {
    this.#server.forceShutdown();
  }

  /** Answers again at the same address. */
  again(): Promise<void> {
    return this.#listen(this.#port);
  }

  #befall(call: Any, fault: Fault): void {
    if (fault === 'cut-before' || fault === 'cut-after') return this.#server.drain(`${HOST}:${this.#port}`, 0);
    if (fault === 'internal') call.emit('error', callError(status.INTERNAL, 'something broke'));
    if (fault === 'not-leader') call.emit('error', this.#notLeader());
  }

  #notLeader(): Error {
    const { host, port } = this.#members[0] ?? this.address;
    const leader = { 'leader-endpoint-host': host, 'leader-endpoint-port': `${port}` };
    return callError(status.NOT_FOUND, 'the leader is another one', { exception: 'not-leader', ...leader });
  }

  get #members(): readonly Address[] {
    return this.running.members ?? [this.address];
  }

  get #follows(): boolean {
    return this.#members[0]?.port !== this.#port;
  }

  /** Who is not known, or asks a follower for the leader, is told so. @returns whether the call may go on. */
  #admit(call: Any): boolean {
    const { user } = this.running;
    const expected = `Basic ${Buffer.from(user ?? '').toString('base64')}`;
    const known = !user || call.metadata.get('authorization')[0] === expected;
    const follows = this.#follows && call.metadata.get('requires-leader')[0] === 'true';
    if (!known) call.emit('error', callError(status.UNAUTHENTICATED, 'who are you?'));
    else if (follows) call.emit('error', this.#notLeader());
    return known && !follows;
  }

  #fate(kind: Call, call: Any): Fate {
    return { fault: this.faults.next(kind), befall: (fault) => this.#befall(call, fault) };
  }

  #offer(server: Server): void {
    server.addService(StreamsService, {
      read: (call: Reading) => this.#read(call),
      append: (call: Messages, answer: Answer<streams.AppendResp>) => {
        if (this.#admit(call)) append(call, this.log, this.#fate('append', call), answer);
      },
      batchAppend: (call: Batches) => {
        if (this.#admit(call)) batchAppend(call, this.log, () => this.#fate('append', call));
      },
      delete: (call: Deletion, answer: Answer<streams.DeleteResp>) => {
        if (this.#admit(call)) remove(call, this.log, answer);
      },
    });
    server.addService(ServerFeaturesService, { getSupportedMethods: this.#unary('features', () => this.#supported()) });
    server.addService(GossipService, { read: this.#unary('gossip', () => this.#cluster()) });
  }

  #read(call: Reading): void {
    const subscribes = call.request.getOptions()?.hasSubscription() ?? false;
    if (!this.#admit(call)) return;
    this.openReads += 1;
    call.once('close', () => (this.openReads -= 1));
    const at = call.request.getOptions()?.getAll()?.getPosition();
    if (subscribes) this.subscribedAt.push(Number(at?.getCommitPosition() ?? 0));
    const { fault, befall } = this.#fate(subscribes ? 'subscribe' : 'read', call);
    if (fault) return befall(fault);
    const work = subscribes ? subscribe(call, this.log) : read(call, this.log);
    work.catch((error: Error) => call.emit('error', error));
  }

  #unary<T>(kind: Call, told: () => T) {
    return (call: ServerUnaryCall<shared.Empty, T>, answer: Answer<T>): void => {
      const fault = this.faults.next(kind);
      if (!fault) return answer(null, told());
      if (fault === 'internal') return answer(callError(status.INTERNAL, 'something broke'));
      this.#befall(call, fault);
    };
  }

  #supported(): features.SupportedMethods {
    const method = (name: string) =>
      new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name);
    const names = this.running.batches === false ? ['read', 'append'] : ['read', 'append', 'batchappend'];
    return new features.SupportedMethods().setEventStoreServerVersion('24.0.0').setMethodsList(names.map(method));
  }

  #cluster(): gossip.ClusterInfo {
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const members = this.#members.map(({ host, port }, index) =>
      new gossip.MemberInfo()
        .setInstanceId(new shared.UUID().setString(crypto.randomUUID()))
        .setState(index === 0 ? LEADER : FOLLOWER)
        .setIsAlive(true)
        .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port)),
    );
    return new gossip.ClusterInfo().setMembersList(members);
  }
}
