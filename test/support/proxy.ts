import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

/**
 * What a network does to those who trust it. `refuse`: whoever comes is sent away, and what was
 * open is gone. `black-hole`: connections
 * stand and are made, and nothing comes through. `cut`: what is open is reset, now. `slow`: every piece comes late.
 * `half-open`: the engine has hung up, and whoever asks never hears of it.
 */
export const faults = ['refuse', 'black-hole', 'cut', 'slow', 'half-open'] as const;
export type Fault = (typeof faults)[number];

const SLOW_MS = 250;

interface Line {
  readonly near: Socket;
  readonly far: Socket;
}

/** Stands between a process and its engine, and lets through what it may. */
export class Proxy {
  readonly #lines = new Set<Line>();
  readonly #server: Server;
  #fault: Fault | undefined;
  #attempts = 0;

  private constructor(private readonly engine: URL) {
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#connect(near));
  }

  static async before(url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The address of the engine, by way of this proxy. */
  get url(): string {
    const url = new URL(this.engine);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.toString();
  }

  /** How many connections were begun. */
  get attempts(): number {
    return this.#attempts;
  }

  /** From now on, until it is told to heal. Lines that a black hole or half a hang-up has spoilt stay so afterwards. */
  suffer(fault: Fault): void {
    this.#fault = fault;
    if (fault === 'refuse' || fault === 'cut') for (const { near } of this.#lines) near.resetAndDestroy();
    if (fault === 'half-open') for (const { far } of this.#lines) far.destroy();
    if (fault === 'black-hole') for (const { near, far } of this.#lines) [near, far].forEach((end) => end.pause());
  }

  heal(): void {
    this.#fault = undefined;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const { near, far } of this.#lines) [near, far].forEach((end) => end.destroy());
    await closed;
  }

  #connect(near: Socket): void {
    this.#attempts += 1;
    near.on('error', () => undefined);
    if (this.#fault === 'refuse') return void near.resetAndDestroy();
    const line = { near, far: new Socket() };
    this.#lines.add(line);
    near.once('close', () => {
      this.#lines.delete(line);
      line.far.destroy();
    });
    line.far.on('error', () => undefined);
    if (this.#fault === 'black-hole' || this.#fault === 'half-open') return void near.pause();
    line.far.connect(Number(this.engine.port), this.engine.hostname);
    line.far.once('close', () => this.#fault !== 'half-open' && near.destroy());
    this.#carry(near, line.far);
    this.#carry(line.far, near);
  }

  /** In its order, late when it is slow. */
  #carry(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      if (this.#fault !== 'slow') return void to.write(bytes);
      from.pause();
      setTimeout(() => {
        to.write(bytes);
        from.resume();
      }, SLOW_MS);
    });
    from.on('end', () => to.end());
  }
}
