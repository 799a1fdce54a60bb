// Writes a .br and a .gz beside every file of dist that gains from it, so that the server never compresses an
// asset while a browser waits.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  for (const [suffix, packed] of /** @type {const} */ ([
    ['.br', brotli(bytes)],
    ['.gz', gzipSync(bytes, { level: 9 })],
  ])) {
    if (packed.length < bytes.length) writeFileSync(path + suffix, packed);
  }
}
