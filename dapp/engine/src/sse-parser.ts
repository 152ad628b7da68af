// Parses server-sent events, whatever way the network cuts them.

export type ServerSentEvent = { event: string; data: string }

/** No event of the API comes near it. */
const MOST_CHARACTERS = 65_536

/**
 * Takes the decoded text piece by piece and returns the events that each piece completes. Comments and the fields `id`
 * and `retry` are passed over. Throws on an event without an end.
 */
export function createSseParser(): (piece: string) => ServerSentEvent[] {
  let rest = ''
  let event = ''
  let data: string[] = []
  let size = 0
  // A line that ended in \r: the \n that may open the next piece belongs to it.
  let afterReturn = false

  function takeLine(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      size = 0
      return
    }
    size += line.length
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }

  return (piece) => {
    const events: ServerSentEvent[] = []
    let text = rest + (afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece)
    if (piece !== '') afterReturn = piece.endsWith('\r')
    for (;;) {
      const end = text.search(/[\r\n]/)
      if (end === -1) break
      takeLine(text.slice(0, end), events)
      text = text.slice(end + (text.startsWith('\r\n', end) ? 2 : 1))
    }
    rest = text
    if (rest.length + size > MOST_CHARACTERS)
      throw new RangeError(`an event of more than ${MOST_CHARACTERS} characters`)
    return events
  }
}
