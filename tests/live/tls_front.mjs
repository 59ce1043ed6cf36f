// tls_front.mjs: TLS before a plain port, with a certificate of its own for 127.0.0.1.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';

// ca.pem and key.pem in the folder, made when absent.
function certificate(folder) {
  const [certificatePath, keyPath] = [join(folder, 'ca.pem'), join(folder, 'key.pem')];
  if (!existsSync(certificatePath))
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
      '-nodes', '-days', '2', '-subj', '/CN=simulated venue', '-addext',
      'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', keyPath, '-out', certificatePath],
    { stdio: 'ignore' });
  return { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
}

export class TlsFront {
  static async start(targetPort, folder) {
    const front = new TlsFront();
    front.sockets = new Set();
    front.server = tls.createServer(certificate(folder), (outer) => {
      const inner = net.connect({ port: targetPort, host: '127.0.0.1' });
      for (const [from, to] of [[outer, inner], [inner, outer]]) {
        front.sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => { front.sockets.delete(from); to.destroy(); });
        from.pipe(to);
      }
    });
    front.server.on('tlsClientError', () => {});
    await new Promise((resolve) => front.server.listen(0, '127.0.0.1', resolve));
    front.port = front.server.address().port;
    return front;
  }

  stop() {
    this.server.close();
    for (const socket of this.sockets)
      socket.destroy();
  }
}
