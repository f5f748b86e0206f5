"""Print every event about relations, each once: ``python consumer.py amqp://user:password@host:5672/vhost``.

It needs pika alone. The queue is its own and durable: what happens while it is away waits. An event may be delivered
twice, so its id is remembered in a file of SQLite together with what was done about it, and only then acknowledged.
"""

import json
import sqlite3
import sys
import time
from contextlib import suppress
from typing import Any

import pika
from pika.exceptions import AMQPError

EXCHANGE, QUEUE, PATTERN = "relations", "example.relations-printer", "relations.relation.#"
LONGEST_PAUSE = 30.0


def main(url: str, memory: str) -> None:
    """Consume until interrupted; when the broker goes away, try again, longer and longer apart."""
    handled = sqlite3.connect(memory)
    handled.execute("CREATE TABLE IF NOT EXISTS handled (event_id TEXT PRIMARY KEY)")
    pause = 1.0
    while True:
        try:
            with pika.BlockingConnection(pika.URLParameters(url)) as connection:
                for delivery, body in deliveries(connection):
                    if handle_once(handled, body):
                        pause = 1.0
                    delivery()
        except (AMQPError, OSError) as error:
            print(f"The broker is away ({type(error).__name__}); again in {pause:g} s", file=sys.stderr)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def deliveries(connection: pika.BlockingConnection) -> Any:
    """Yield each message with the function that acknowledges it."""
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(QUEUE, EXCHANGE, PATTERN)
    channel.basic_qos(prefetch_count=20)
    print(f"Listening on {QUEUE}", file=sys.stderr, flush=True)
    for method, _, body in channel.consume(QUEUE):
        tag = method.delivery_tag
        yield lambda tag=tag: channel.basic_ack(tag), body


def handle_once(handled: sqlite3.Connection, body: bytes) -> bool:
    """Handle an event unless that was done before; the memory and your own writes belong in one transaction."""
    event = json.loads(body)
    with handled:
        new = handled.execute("INSERT OR IGNORE INTO handled VALUES (?)", (event["id"],)).rowcount == 1
    if new:  # what is printed cannot be taken back, so it comes after
        print(event["time"], event["type"], json.dumps(event["data"]), flush=True)
    return new


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "handled.sqlite")
