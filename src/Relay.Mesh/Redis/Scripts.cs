namespace Relay.Mesh.Redis;

/// <summary>
/// What happens inside Redis, each script as a whole or not at all. All keys of a region have one hash tag, so that in a Redis
/// Cluster they lie on one node, where the buckets that a script names by itself are as well.
/// </summary>
internal static class Scripts
{
    /// <summary>Keys go into so many hashes: with 16,384, a million keys make hashes of some 60 fields, which Redis packs tightly.</summary>
    public const int Buckets = 16_384;

    /// <summary>A relay's id, and when the connection was made.</summary>
    public const int PlaceSize = 16;

    private const string Now = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n";

    /// <summary>
    /// KEYS: members, details, epoch. ARGV: id, lease ms, details, fresh epoch, echo channel, echo text, how many members and
    /// bytes of details are wanted at most.
    /// </summary>
    public const string Beat = Now + """
        local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
        redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
        redis.call('SET', KEYS[3], ARGV[4], 'NX')
        redis.call('PUBLISH', ARGV[5], ARGV[6])
        local live = redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf', 'LIMIT', 0, ARGV[7])
        local answer = { known and 1 or 0, redis.call('GET', KEYS[3]) }
        for _, id in ipairs(live) do
            local details = redis.call('HGET', KEYS[2], id) or ''
            answer[#answer + 1] = id
            answer[#answer + 1] = #details <= tonumber(ARGV[8]) and details or ''
        end
        return answer
        """;

    /// <summary>KEYS: members. ARGV: bucket prefix, news channel, id, then pairs of a sign with a key, and the claim's age in ms.</summary>
    /// <remarks>
    /// A value is the relay's id and when the connection was made, by Redis's own clock, as eight bytes each. An older claim does
    /// not replace a younger one of a relay that lives, whichever comes first. One from a time to come was written by a Redis
    /// whose clock was ahead, and stands against nobody. Times are compared as numbers: Lua compares texts as the locale that
    /// Redis was started in sorts them. What none of us has written is as good as nothing.
    /// </remarks>
    public const string Update = Now + """
        local news, lost = {}, {}
        for i = 4, #ARGV, 2 do
            local sign, key = string.sub(ARGV[i], 1, 1), string.sub(ARGV[i], 2)
            local bucket = ARGV[1] .. (string.byte(key, 1) * 64 + math.floor(string.byte(key, 2) / 4))
            local had = redis.pcall('HGET', bucket, key)
            if type(had) == 'table' then
                redis.call('DEL', bucket)
                had = false
            end
            local owner = had and #had == 16 and string.sub(had, 1, 8)
            if sign == '-' then
                if owner == ARGV[3] then
                    redis.call('HDEL', bucket, key)
                    news[#news + 1] = '-' .. key
                end
            else
                local since, its = now - ARGV[i + 1], owner and struct.unpack('>I8', had, 9)
                local stands = owner and owner ~= ARGV[3] and its > since and its <= now
                if stands and (tonumber(redis.call('ZSCORE', KEYS[1], owner) or 0) >= now) then
                    lost[#lost + 1] = key .. owner
                else
                    redis.call('HSET', bucket, key, ARGV[3] .. struct.pack('>I8', since))
                    if owner ~= ARGV[3] then news[#news + 1] = '+' .. key end
                end
            end
        end
        if #news > 0 then redis.call('PUBLISH', ARGV[2], ARGV[3] .. table.concat(news)) end
        return lost
        """;

    /// <summary>KEYS: members, a bucket. ARGV: how long a relay must be gone, in ms. Returns how many fields it deleted.</summary>
    public const string Sweep = Now + """
        local fields, gone, alive = redis.pcall('HGETALL', KEYS[2]), 0, {}
        if fields.err then return redis.call('DEL', KEYS[2]) end
        for i = 1, #fields, 2 do
            local owner = string.sub(fields[i + 1], 1, 8)
            if alive[owner] == nil then alive[owner] = tonumber(redis.call('ZSCORE', KEYS[1], owner) or 0) >= now - ARGV[1] end
            if not alive[owner] then
                redis.call('HDEL', KEYS[2], fields[i])
                gone = gone + 1
            end
        end
        return gone
        """;

    /// <summary>KEYS: members, details. ARGV: id, news channel. Members whose lease ended an hour ago go with it.</summary>
    public const string Leave = Now + """
        redis.call('ZREM', KEYS[1], ARGV[1])
        redis.call('HDEL', KEYS[2], ARGV[1])
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - 3600000)) do
            redis.call('ZREM', KEYS[1], id)
            redis.call('HDEL', KEYS[2], id)
        end
        redis.call('PUBLISH', ARGV[2], ARGV[1] .. 'M')
        """;
}
