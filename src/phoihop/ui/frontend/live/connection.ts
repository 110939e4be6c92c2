/** How a page gets its news: through the shared worker where there is one, otherwise by a stream of its own. */
import { ChangeStream, type News } from "./stream";
import type { Message } from "./worker";

export interface Connection {
  /** Ask for news again, after the page came back from the browser's memory. */
  join(): void;
  leave(): void;
}

/** Starts telling `tell` what changes for `acting`. */
export function connect(url: string, acting: string, tell: (news: News) => void): Connection {
  return "SharedWorker" in window ? throughWorker(url, acting, tell) : alone(url, tell);
}

function throughWorker(url: string, acting: string, tell: (news: News) => void): Connection {
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "phoihop-live" });
  worker.onerror = () => tell({ kind: "lost" });
  worker.port.onmessage = (event: MessageEvent<News>) => tell(event.data);
  const send = (message: Message) => worker.port.postMessage(message);
  const connection = {
    join: () => send({ kind: "join", url, acting }),
    leave: () => send({ kind: "leave" }),
  };
  connection.join();
  return connection;
}

function alone(url: string, tell: (news: News) => void): Connection {
  const stream = new ChangeStream(url, tell);
  stream.open();
  return { join: () => stream.open(), leave: () => stream.close() };
}
