/**
 * One stream for all tabs of a browser: a browser opens only six connections to a host, and a clerk opens ten tabs.
 *
 * A tab says `join` with the stream's address and who it acts as, and `leave` when it goes. The stream is opened anew
 * when the acting position changes, since the server authorises it once, when it opens.
 */
import { ChangeStream, type News } from "./stream";

export type Message = { kind: "join"; url: string; acting: string } | { kind: "leave" };

const scope = self as unknown as SharedWorkerGlobalScope;
const ports = new Set<MessagePort>();
let stream: ChangeStream | null = null;
let streamOf = "";

scope.onconnect = (event: MessageEvent) => {
  const port = event.ports[0]!;
  port.onmessage = (message: MessageEvent<Message>) => {
    if (message.data.kind === "join") join(port, message.data);
    else leave(port);
  };
};

function join(port: MessagePort, { url, acting }: { url: string; acting: string }): void {
  ports.add(port);
  const wanted = `${url} ${acting}`;
  if (stream && streamOf === wanted) {
    port.postMessage({ kind: stream.isOpen ? "connected" : "lost" } satisfies News);
    return;
  }
  stream?.close();
  streamOf = wanted;
  stream = new ChangeStream(url, tellAll);
  stream.open();
}

function leave(port: MessagePort): void {
  ports.delete(port);
  if (ports.size > 0) return;
  stream?.close();
  stream = null;
}

function tellAll(news: News): void {
  for (const port of ports) port.postMessage(news);
}
