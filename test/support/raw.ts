import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection by which bytes are sent that no client would send. */
export const openRaw = async (url: string): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
};

/** All that comes back until the other side closes. */
export const untilClosed = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  // A side that is refused in the middle of its words may find the connection torn: that is closed, too.
  socket.on('error', () => undefined);
  if (!socket.destroyed) await once(socket, 'close');
  return text;
};

/** What comes back to these bytes: the connection is to be closed by the other side. */
export const sendRaw = async (url: string, bytes: string): Promise<string> => {
  const socket = await openRaw(url);
  const answer = untilClosed(socket);
  socket.write(bytes, 'latin1');
  return answer;
};
