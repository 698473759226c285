'use strict';
// Leads Node's own fetch through HTTPS_PROXY, which Node does by itself only since 22.21 and 24 (and there
// NODE_USE_ENV_PROXY says so). `entrada run` loads this before a program by NODE_OPTIONS.
const net = require('node:net');
const tls = require('node:tls');

const [major, minor] = process.versions.node.split('.').map(Number);
const proxy = process.env.HTTPS_PROXY && new URL(process.env.HTTPS_PROXY);
const direct = (process.env.NO_PROXY ?? '').split(/[\s,]+/).filter(Boolean);

const isDirect = (host) =>
  direct.some((entry) => host === entry || host.endsWith(`.${entry.replace(/^\*?\./, '')}`));

function tunnel(options, callback) {
  const target = `${options.hostname}:${options.port || 443}`;
  const socket = net.connect(Number(proxy.port), proxy.hostname);
  let head = '';
  const fail = (message) => {
    socket.destroy();
    callback(new Error(message), null);
  };
  const lost = (error) => fail(`the proxy of entrada run: ${error.message}`);
  const closed = () => fail('the proxy of entrada run closed the connection');
  socket.once('error', lost).once('close', closed);
  socket.once('connect', () => socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`));
  socket.on('data', function read(chunk) {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', read).off('error', lost).off('close', closed);
    const [line] = head.split('\r\n', 1);
    if (!/^HTTP\/1\.[01] 200 /.test(line)) return fail(`${target}: ${line}`);
    secure({ socket, servername: options.servername || options.hostname }, callback);
  });
}

function secure(options, callback) {
  const socket = tls.connect({ ALPNProtocols: ['http/1.1'], ...options });
  const failed = (error) => callback(error, null);
  socket.once('error', failed);
  socket.once('secureConnect', () => {
    socket.off('error', failed);
    callback(null, socket.setNoDelay(true));
  });
}

function plain(options, callback) {
  const socket = net.connect(Number(options.port || 80), options.hostname);
  const failed = (error) => callback(error, null);
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.off('error', failed);
    callback(null, socket.setNoDelay(true));
  });
}

function connect(options, callback) {
  const host = options.hostname.replace(/^\[|\]$/g, '');
  const isPlain = options.protocol === 'http:';
  if (isDirect(host)) {
    if (isPlain) return plain({ ...options, hostname: host }, callback);
    return secure({ host, port: Number(options.port || 443), servername: options.servername || host }, callback);
  }
  if (isPlain) return callback(new Error(`http://${host} is not intercepted by Entrada`), null);
  return tunnel(options, callback);
}

const readsEnvironment = major >= 24 || (major === 22 && minor >= 21);
if (proxy && !readsEnvironment && typeof globalThis.fetch === 'function') {
  // The dispatcher of Node's own fetch, by which its class is found: the package is not exported, and not
  // loaded before something of it is looked at.
  void globalThis.Headers;
  const dispatcher = Symbol.for('undici.globalDispatcher.1');
  const Agent = globalThis[dispatcher]?.constructor;
  if (Agent) globalThis[dispatcher] = new Agent({ connect });
}
