%% What the kernel is measured against: each function does one thing N times and prints the microseconds it took.
-module(garrison_peer).
-behaviour(gen_server).
-export([main/1, tell/1, ping_pong/1, call/1]).
-export([init/1, handle_call/3, handle_cast/2]).

main([Name, Count]) ->
    Function = list_to_existing_atom(Name),
    N = list_to_integer(Count),
    ?MODULE:Function(N div 10),
    {Micros, ok} = timer:tc(?MODULE, Function, [N]),
    io:format("~b~n", [Micros]).

%% One process sends N messages to another, which counts them.
tell(N) ->
    Self = self(),
    Receiver = spawn_link(fun() -> count(N), Self ! done end),
    send(Receiver, N),
    receive done -> ok end.

send(_, 0) -> ok;
send(Receiver, N) -> Receiver ! {add, 1}, send(Receiver, N - 1).

count(0) -> ok;
count(N) -> receive {add, 1} -> count(N - 1) end.

%% N round trips between two processes.
ping_pong(N) ->
    Self = self(),
    Pong = spawn_link(fun pong/0),
    spawn_link(fun() -> ping(Pong, N), Self ! done end),
    receive done -> Pong ! stop, ok end.

ping(_, 0) -> ok;
ping(Pong, N) -> Pong ! {ping, self()}, receive pong -> ping(Pong, N - 1) end.

pong() ->
    receive
        {ping, From} -> From ! pong, pong();
        stop -> ok
    end.

%% N calls of a gen_server, one after the other.
call(N) ->
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    ok = calls(Server, N),
    gen_server:stop(Server).

calls(_, 0) -> ok;
calls(Server, N) -> 1 = gen_server:call(Server, get), calls(Server, N - 1).

init([]) -> {ok, 1}.
handle_call(get, _From, State) -> {reply, State, State}.
handle_cast(_, State) -> {noreply, State}.
