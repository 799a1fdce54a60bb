// Writes every file of dist that gains from it as .br and .gz, and removes the plain one, so that the binary carries
// no byte twice and the server never compresses an asset while a browser waits. Both stay: browsers take brotli only
// over TLS and from their own machine, and the server unpacks gzip for clients that accept neither.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const compressible = new Set(['.css', '.html', '.js', '.json', '.svg', '.ttf', '.txt']);
const dist = join(import.meta.dirname, '..', 'dist');

// Above one megabyte brotli's best quality takes tens of seconds and saves a few per cent.
const LARGE_BYTES = 1_000_000;

/** @param {Buffer} bytes */
function brotli(bytes) {
  const quality = bytes.length > LARGE_BYTES ? 9 : constants.BROTLI_MAX_QUALITY;
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
}

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const gzip = gzipSync(bytes, { level: 9 });
  // The plain file is made of gzip, so what gzip does not make smaller stays as it is.
  if (gzip.length >= bytes.length) continue;
  const br = brotli(bytes);
  if (br.length < gzip.length) writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gzip);
  rmSync(path);
}
