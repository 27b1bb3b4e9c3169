import pytest

from brummer_urls.address import addresses
from brummer_urls.announcement import announces


def announced(text: str) -> bool:
    (address,) = addresses(text)
    return announces(text, address)


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:3000",
        "  Local:  http://localhost:3000/",
        "Server listening at http://127.0.0.1:3000",
        "listening on localhost:8080",
        "Dashboard http://localhost:4040",
        "Prisma Studio is up on http://localhost:5555",
        "The application started without errors, open http://localhost:3000",
        "Now listening on: http://localhost:5000",
        "Web is waiting on http://localhost:8081",
        "   INFO  Server running on [http://127.0.0.1:8000].",
        "Access ShopWeb.Endpoint at http://localhost:4000",
        "PHP 8.2.0 Development Server (http://localhost:8000) started",
        "Proxy listening on http://localhost:8080",
        "Serving files from dist at http://localhost:3000",
        "Socket server ready at ws://localhost:3001",
        "live reload is running on wss://localhost:35729/livereload",
        "gRPC server started on 0.0.0.0:50051",
        "Listening on [::1]:8080",
        '{"level":30,"msg":"Server listening at http://127.0.0.1:3000"}',
    ],
)
def test_a_server_that_opens_its_doors_announces_itself(text: str) -> None:
    assert announced(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET http://localhost:3000/api 200 in 3ms",
        '"POST http://localhost:3000/api HTTP/1.1" 200',
        "[12:00:01] PUT http://localhost:3000/items/4 - 12 ms",
        'client: 127.0.0.1, referrer: "http://localhost:3000/"',
        '127.0.0.1 - "http://localhost:3000/" "Mozilla" HTTP/1.1',
        "Error: connect ECONNREFUSED http://localhost:5432",
        "Could not reach http://localhost:9200",
        "connect ECONNREFUSED 127.0.0.1:5432",
        "Waiting for http://localhost:3000 to answer",
        "    at http://localhost:3000/src/main.ts:10:5",
        "    at load (http://localhost:3000/src/main.ts:10:5)",
        "API_URL=http://localhost:8000",
        "Proxy created: /api  -> http://localhost:8080",
        "Proxying to http://localhost:8080",
        "For more information see http://localhost:3000/docs",
        "Allowed CORS origins are http://localhost:3000",
        "the session of user 4 at localhost:3000 ended",
        "connected to mongo at localhost:27017",
        "every request from http://localhost:3000 is counted",
        "localhost:3000",
        "2026/11/21 08:00:01 http: panic serving 127.0.0.1:46722: no order",
        "  address: '127.0.0.1:27999',",
        "Debugger listening on ws://127.0.0.1:9229/4b1c-11",
        '10.0.0.7 - - [21/Nov/2026] "GET http://localhost:3000/ HTTP/1.1" 404 -',
        "request from http://localhost:3000 took 4 ms",
        "    See http://localhost:3000/docs for the documentation",
        "--> GET http://localhost:3000/users",
        "HEAD http://[::1]:3000/ 304",
        "Username for 'http://localhost:3000': ",
        '{"msg":"request completed","url":"http://localhost:3000/a"}',
        "Access-Control-Allow-Origin: http://localhost:3000",
    ],
)
def test_an_address_that_is_merely_mentioned_announces_nothing(text: str) -> None:
    assert not announced(text)
