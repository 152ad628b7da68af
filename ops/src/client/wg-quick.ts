// The stock way to bring up a tunnel from a downloaded file: wg-quick.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** wg-quick hands `DNS =` to resolvconf: here to one that touches the namespace's own file alone. */
export const wgQuickEnvironment = { PATH: `${join(import.meta.dirname, 'bin')}:${process.env.PATH}` }

/** Writes the file and brings the tunnel up. @returns the file's path. */
export async function tunnelUp(folder: string, interfaceName: string, config: string): Promise<string> {
  const file = join(folder, `${interfaceName}.conf`)
  await writeFile(file, config, { mode: 0o600 })
  await execa('wg-quick', ['up', file], { env: wgQuickEnvironment })
  return file
}

export async function tunnelDown(folder: string, interfaceName: string): Promise<void> {
  await execa('wg-quick', ['down', join(folder, `${interfaceName}.conf`)], {
    reject: false,
    env: wgQuickEnvironment,
  })
}
