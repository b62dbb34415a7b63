%% What links are measured against: two nodes, one of which sends to a process of the other. The sender reads what to do from its
%% standard input, a line each, and answers with the microseconds it took.
-module(garrison_links).
-behaviour(gen_server).
-export([receiver/0, sender/1]).
-export([init/1, handle_call/3, handle_cast/2]).

receiver() ->
    register(sink, spawn(fun() -> sink(0) end)),
    {ok, _} = gen_server:start({local, server}, ?MODULE, [], []),
    io:format("up~n"),
    %% Until whoever started it is gone.
    eof = io:get_line(""),
    halt().

sender(Receiver) ->
    pong = net_adm:ping(Receiver),
    io:format("up~n"),
    commands(Receiver).

commands(Receiver) ->
    case io:get_line("") of
        eof -> halt();
        Line ->
            Micros = command(string:lexemes(string:trim(Line), " "), Receiver),
            io:format("~b~n", [Micros]),
            commands(Receiver)
    end.

command(["tells", Count], Receiver) -> timed(fun() -> tells({sink, Receiver}, list_to_integer(Count)) end);
command(["asks", Count, Outstanding], Receiver) -> asks(fun ask/2, {sink, Receiver}, Count, Outstanding);
command(["calls", Count, Outstanding], Receiver) -> asks(fun call/2, {server, Receiver}, Count, Outstanding).

timed(Work) ->
    {Micros, ok} = timer:tc(Work),
    Micros.

payload() -> binary:copy(<<7>>, 200).

%% One process sends, the sink counts and says in the end how many came.
tells(Sink, Count) ->
    send(Sink, payload(), Count),
    Ref = make_ref(),
    Sink ! {count, self(), Ref},
    receive {Ref, Count} -> ok end.

send(_, _, 0) -> ok;
send(Sink, Bytes, Left) -> Sink ! {data, Bytes}, send(Sink, Bytes, Left - 1).

%% As many processes as are outstanding, each of which waits for one answer after the other.
asks(Ask, Target, Count, Outstanding) ->
    N = list_to_integer(Outstanding),
    Each = list_to_integer(Count) div N,
    timed(fun() ->
        Asker = fun() -> Bytes = payload(), many(Ask, Target, Bytes, Each) end,
        Askers = [spawn_monitor(Asker) || _ <- lists:seq(1, N)],
        [receive {'DOWN', Monitor, process, Pid, Reason} -> normal = Reason end || {Pid, Monitor} <- Askers],
        ok
    end).

many(_, _, _, 0) -> ok;
many(Ask, Target, Bytes, Left) -> Bytes = Ask(Target, Bytes), many(Ask, Target, Bytes, Left - 1).

ask(Sink, Bytes) ->
    Ref = make_ref(),
    Sink ! {echo, self(), Ref, Bytes},
    receive {Ref, Reply} -> Reply end.

call(Server, Bytes) -> gen_server:call(Server, {echo, Bytes}, 60000).

sink(Counted) ->
    receive
        {data, _} -> sink(Counted + 1);
        {echo, From, Ref, Bytes} -> From ! {Ref, Bytes}, sink(Counted);
        {count, From, Ref} -> From ! {Ref, Counted}, sink(0)
    end.

init([]) -> {ok, none}.
handle_call({echo, Bytes}, _From, State) -> {reply, Bytes, State}.
handle_cast(_, State) -> {noreply, State}.
