"""The Python peer of the benchmark: a weather assistant on openai-chatkit and agent-framework.

It does what the service's own assistant does in the scenarios that are compared, in the way the packages'
documentation leads to: every item and thread is a row of JSON in SQLite, the agent streams through
agent-framework's chat-completions client, the weather tool shows a card behind the answer, and a new
thread gets its title from the model.

    PEER_PORT=9201 OPENAI_BASE_URL=http://127.0.0.1:9100/v1 PEER_DATABASE=peer.db python app.py
"""

import os
import sqlite3
import uuid
from collections.abc import AsyncIterator
from datetime import datetime

import uvicorn
from agent_framework import Agent
from agent_framework.openai import OpenAIChatCompletionClient
from agent_framework_chatkit import ThreadItemConverter, stream_agent_response
from chatkit.server import ChatKitServer, StreamingResult, stream_widget
from chatkit.store import NotFoundError, Store
from chatkit.types import Page, ThreadItem, ThreadMetadata, ThreadStreamEvent, UserMessageItem
from chatkit.widgets import Box, Card, Col, Row, Text, Title
from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import TypeAdapter

INSTRUCTIONS = (
    "You are a friendly assistant for the weather. Call get_weather for every place the user asks about. "
    "The user sees a card with all figures behind your text, so write one or two sentences."
)
TITLE_INSTRUCTIONS = "Write a title for a conversation that begins with this message: at most 40 characters."
ITEMS = TypeAdapter(ThreadItem)


class SqliteStore(Store[dict]):
    """Threads and items, each a row of JSON. One connection is kept; every write is a transaction."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.executescript(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS threads (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, data TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS items (
                position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, thread_id TEXT NOT NULL, data TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS items_of_thread ON items (thread_id, position);
            """
        )

    # The ids of the base class have 32 bits, which collide in a run of some ten thousand turns.
    def generate_thread_id(self, context: dict) -> str:
        return f"thr_{uuid.uuid4().hex}"

    def generate_item_id(self, item_type, thread, context) -> str:
        return f"{item_type[:3]}_{uuid.uuid4().hex}"

    async def load_thread(self, thread_id: str, context: dict) -> ThreadMetadata:
        row = self.db.execute("SELECT data FROM threads WHERE id = ?", (thread_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"thread {thread_id} not found")
        return ThreadMetadata.model_validate_json(row[0])

    async def save_thread(self, thread: ThreadMetadata, context: dict) -> None:
        self.db.execute(
            "INSERT INTO threads (id, created_at, data) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET data = excluded.data",
            (thread.id, thread.created_at.isoformat(), thread.model_dump_json()),
        )

    async def load_threads(self, limit, after, order, context) -> Page[ThreadMetadata]:
        direction = "DESC" if order == "desc" else "ASC"
        rows = self.db.execute(f"SELECT data FROM threads ORDER BY created_at {direction}, id").fetchall()
        return page([ThreadMetadata.model_validate_json(row[0]) for row in rows], limit, after)

    async def load_thread_items(self, thread_id, after, limit, order, context) -> Page[ThreadItem]:
        descending = order == "desc"
        bound = ""
        parameters: list = [thread_id]
        if after is not None:
            row = self.db.execute("SELECT position FROM items WHERE id = ?", (after,)).fetchone()
            if row is None:
                raise NotFoundError(f"item {after} not found")
            bound = f"AND position {'<' if descending else '>'} ?"
            parameters.append(row[0])
        rows = self.db.execute(
            f"SELECT data FROM items WHERE thread_id = ? {bound} "
            f"ORDER BY position {'DESC' if descending else 'ASC'} LIMIT ?",
            (*parameters, limit + 1),
        ).fetchall()
        items = [ITEMS.validate_json(row[0]) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(data=items, has_more=more, after=items[-1].id if more else None)

    async def save_item(self, thread_id: str, item: ThreadItem, context: dict) -> None:
        self.db.execute(
            "INSERT INTO items (id, thread_id, data) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET data = excluded.data",
            (item.id, thread_id, ITEMS.dump_json(item).decode()),
        )

    add_thread_item = save_item

    async def load_item(self, thread_id: str, item_id: str, context: dict) -> ThreadItem:
        row = self.db.execute("SELECT data FROM items WHERE id = ? AND thread_id = ?", (item_id, thread_id)).fetchone()
        if row is None:
            raise NotFoundError(f"item {item_id} not found")
        return ITEMS.validate_json(row[0])

    async def delete_thread(self, thread_id: str, context: dict) -> None:
        self.db.execute("DELETE FROM items WHERE thread_id = ?", (thread_id,))
        self.db.execute("DELETE FROM threads WHERE id = ?", (thread_id,))

    async def delete_thread_item(self, thread_id: str, item_id: str, context: dict) -> None:
        self.db.execute("DELETE FROM items WHERE id = ?", (item_id,))

    async def save_attachment(self, attachment, context) -> None:
        raise NotImplementedError

    async def load_attachment(self, attachment_id, context):
        raise NotFoundError(attachment_id)

    async def delete_attachment(self, attachment_id, context) -> None:
        raise NotFoundError(attachment_id)


def page(rows: list, limit: int, after: str | None) -> Page:
    start = next((n + 1 for n, row in enumerate(rows) if row.id == after), 0)
    data = rows[start : start + limit]
    more = start + limit < len(rows)
    return Page(data=data, has_more=more, after=data[-1].id if more else None)


def weather_card(weather: dict) -> Card:
    chip = lambda label, value: Box(padding=3, radius="xl", children=[Text(value=label), Text(value=value)])
    return Card(
        key="weather",
        padding=0,
        children=[
            Box(
                padding=5,
                children=[
                    Row(justify="between", children=[Text(value=weather["location"], size="lg", weight="semibold")]),
                    Title(value=f"{weather['temperature_c']} °C", size="lg"),
                    Text(value=weather["condition"], color="secondary", size="sm"),
                ],
            ),
            Col(
                gap=3,
                children=[
                    chip("Humidity", f"{weather['humidity_percent']} %"),
                    chip("Wind", f"{weather['wind_kmh']} km/h"),
                ],
            ),
        ],
    )


class WeatherServer(ChatKitServer[dict]):
    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self.client = OpenAIChatCompletionClient(model="mock", api_key="none")
        self.titles = Agent(client=self.client, name="titles", instructions=TITLE_INSTRUCTIONS)
        self.converter = ThreadItemConverter()

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: dict
    ) -> AsyncIterator[ThreadStreamEvent]:
        if input_user_message is None:
            return
        history = await self.store.load_thread_items(thread.id, None, 1_000, "asc", context)
        asked: list[dict] = []

        def get_weather(location: str) -> str:
            """Tells the current weather of one place."""
            weather = {
                "location": location,
                "condition": "sunny",
                "temperature_c": 21,
                "humidity_percent": 55,
                "wind_kmh": 12,
            }
            asked.append(weather)
            return str(weather)

        agent = Agent(client=self.client, name="weather", instructions=INSTRUCTIONS, tools=[get_weather])
        messages = await self.converter.to_agent_input(history.data)
        answer = agent.run(messages, stream=True)
        generate_id = lambda kind: f"{kind}_{uuid.uuid4().hex}"
        async for event in stream_agent_response(answer, thread.id, generate_id):
            yield event
        for weather in asked:
            async for event in stream_widget(thread, weather_card(weather), generate_id=generate_id):
                yield event
        if thread.title is None:
            text = " ".join(getattr(part, "text", "") for part in input_user_message.content)
            title = await self.titles.run(text)
            thread.title = (title.text or text)[:50]


app = FastAPI()
server = WeatherServer(SqliteStore(os.environ.get("PEER_DATABASE", "peer.db")))


@app.post("/chatkit")
async def chatkit(request: Request) -> Response:
    result = await server.process(await request.body(), {})
    if isinstance(result, StreamingResult):
        return StreamingResponse(result, media_type="text/event-stream")
    return Response(content=result.json, media_type="application/json")


@app.get("/readyz")
async def readyz() -> dict:
    return {"status": "ready", "at": datetime.now().isoformat()}


if __name__ == "__main__":
    uvicorn.run(
        "app:app",
        host="127.0.0.1",
        port=int(os.environ.get("PEER_PORT", "9201")),
        workers=int(os.environ.get("PEER_WORKERS", "1")),
        access_log=False,
        log_level="warning",
    )
