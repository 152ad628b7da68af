// Docker's command line, as far as the trial needs it.
import { execa } from 'execa'

/** Debian's, where a newer client shadows it that cannot talk to the engine. */
const PROGRAM = '/usr/bin/docker'

/** @returns standard output. */
export async function docker(...args: string[]): Promise<string> {
  const { failed, stdout, all = '' } = await execa(PROGRAM, args, { all: true, reject: false })
  if (!failed) return stdout.trim()
  // The end of a build's output says why; the rest is hundreds of lines.
  throw new Error(`docker ${args.slice(0, 2).join(' ')} failed:\n${all.split('\n').slice(-12).join('\n')}`)
}

/** What a container has printed, both streams. */
export async function dockerLogs(container: string): Promise<string> {
  return (await execa(PROGRAM, ['logs', container], { all: true, reject: false })).all ?? ''
}

export const dockerProgram = PROGRAM

/** Says what is missing; undefined when an engine answers. */
export async function dockerObstacle(): Promise<string | undefined> {
  const { failed, code } = await execa(PROGRAM, ['info'], { reject: false })
  if (!failed) return undefined
  return code === 'ENOENT'
    ? `${PROGRAM} is missing: apt-get install docker.io`
    : 'no Docker engine answers: start dockerd'
}

/** Megabytes, as Docker counts them. */
export async function imageSize(image: string): Promise<number> {
  return Math.round(Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6)
}
