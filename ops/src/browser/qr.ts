// Reads a QR code back from a screenshot, as a phone's camera would.
import jsqr from 'jsqr'
import type { Locator } from 'playwright-core'
import { PNG } from 'pngjs'

/** Throws when there is none to be read. */
export async function readQr(code: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await code.screenshot())
  const read = (jsqr as unknown as typeof jsqr.default)(new Uint8ClampedArray(data), width, height)
  if (!read) throw new Error(`no QR code in ${width}×${height} pixels`)
  return read.data
}
