using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;

/// <summary>Calls systems and takes their notifications, as the test asks: a line of JSON each.</summary>
internal static class Clients
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly Dictionary<string, object> Receivers = new Dictionary<string, object>();
    private static readonly List<string> Pushes = new List<string>();
    private static readonly Dictionary<object, object> Held = new Dictionary<object, object>();

    private static long now;
    private static bool fails;
    private static bool slow;

    private static void Main()
    {
        var output = new System.IO.StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var input = new System.IO.StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        for (var line = input.ReadLine(); line != null; line = input.ReadLine())
        {
            var task = (IDictionary<string, object>)Read(line);
            var answer = new Dictionary<string, object>();
            try
            {
                if ((string)task["do"] == "call")
                {
                    Call(task, answer);
                }
                else if ((string)task["do"] == "show")
                {
                    answer["text"] = Activator.CreateInstance(Of(task, (string)task["client"]), task["url"], task["app"], Map(task["keys"])).ToString();
                }
                else if ((string)task["do"] == "time")
                {
                    var times = Of(task, "Times");
                    var moment = (DateTimeOffset)times.GetMethod("Of").Invoke(null, new[] { task["text"] });
                    answer["text"] = moment.ToUnixTimeMilliseconds() + " " + times.GetMethod("Text").Invoke(null, new object[] { moment, "yyyyMMddHHmmss" });
                }
                else
                {
                    Handle(task, answer);
                }
            }
            catch (Exception e)
            {
                answer["error"] = "failed";
                answer["text"] = e.ToString();
            }
            output.WriteLine(Library("Json").GetMethod("Raw", All).Invoke(null, new object[] { answer }));
        }
    }

    // The tasks are read with the library of the first client.

    private static Type Library(string name)
    {
        return Type.GetType("Lianfa.Client." + name);
    }

    private static object Read(string line)
    {
        var bytes = Library("Texts").GetMethod("Utf8", All).Invoke(null, new object[] { line });
        var tree = Library("Tree").GetMethod("ParseJSON", All).Invoke(null, new[] { bytes });
        return Library("Json").GetMethod("Open", All).Invoke(null, new[] { tree });
    }

    private static Type Of(IDictionary<string, object> t, string name)
    {
        return Type.GetType(t["space"] + "." + name);
    }

    private static Dictionary<string, string> Map(object map)
    {
        return ((IDictionary<string, object>)map).ToDictionary(one => one.Key, one => (string)one.Value);
    }

    private static object Decode(IDictionary<string, object> t, Type model, string json)
    {
        return Of(t, "Json").GetMethod("Decode", All).MakeGenericMethod(model).Invoke(null, new[] { Activator.CreateInstance(model), json });
    }

    private static void Call(IDictionary<string, object> t, Dictionary<string, object> answer)
    {
        var type = Of(t, (string)t["client"]);
        object client = null;
        if (!t.ContainsKey("hold") || !Held.TryGetValue(t["hold"], out client))
        {
            client = Activator.CreateInstance(type, t["url"], t["app"], Map(t["keys"]));
        }
        if (t.ContainsKey("timeout"))
        {
            type.GetProperty("Timeout").SetValue(client, TimeSpan.FromSeconds(System.Convert.ToInt64(t["timeout"])));
        }
        if (t.ContainsKey("hold"))
        {
            Held[t["hold"]] = client;
        }
        var request = Of(t, (string)t["request"]);
        try
        {
            var method = type.GetMethod(t["method"] + "Async");
            var args = new[] { Decode(t, request, (string)t["payload"]), "", default(System.Threading.CancellationToken) }.ToList();
            if (method.GetParameters().Length > args.Count) // with files
            {
                var file = Of(t, "FilePart");
                var files = Array.CreateInstance(file, 1);
                files.SetValue(Activator.CreateInstance(file), 0);
                file.GetProperty("Name").SetValue(files.GetValue(0), "file");
                file.GetProperty("File").SetValue(files.GetValue(0), "图 \"1\".png");
                file.GetProperty("Body").SetValue(files.GetValue(0), new byte[] { 0, 255, 13, 10, 45, 45 });
                args.Add(files);
            }
            var times = t.ContainsKey("times") ? System.Convert.ToInt32(t["times"]) : 1;
            var calls = Enumerable.Range(0, times).Select(n => (Task)method.Invoke(client, args.ToArray())).ToList();
            foreach (var one in calls)
            {
                one.GetAwaiter().GetResult();
            }
            var call = calls[0];
            answer["payload"] = call.GetType().GetProperty("Result").GetValue(call).ToString();
        }
        catch (Exception e)
        {
            var name = e.GetType().Name;
            answer["error"] = name.Replace("Exception", "Error");
            answer["text"] = e.GetType().GetProperty("Cmd") != null ? e.Message : e.ToString();
            if (name == "RefusedException")
            {
                answer["code"] = e.GetType().GetProperty("Code").GetValue(e);
            }
            if (name == "InvalidRequestException")
            {
                var problems = ((IEnumerable)e.GetType().GetProperty("Problems").GetValue(e)).Cast<object>();
                answer["problems"] = problems.Select(one => (object)(one.GetType().GetProperty("Field").GetValue(one) + " " + one.GetType().GetProperty("Rule").GetValue(one))).ToList();
            }
        }
    }

    private static Task Take<T, D>(T notification, D delivery)
    {
        Pushes.Add(notification.ToString());
        if (slow)
        {
            System.Threading.Thread.Sleep(4000);
        }
        if (fails)
        {
            throw new InvalidOperationException("not now");
        }
        return Task.FromResult(true);
    }

    private static object Receiver(IDictionary<string, object> t)
    {
        var type = Of(t, (string)t["client"]);
        var receiver = Activator.CreateInstance(type, t["app"], Map(t["keys"]));
        type.GetProperty("Timeout").SetValue(receiver, TimeSpan.FromSeconds(2));
        type.GetProperty("Clock").SetValue(receiver, (Func<DateTimeOffset>)(() => now == 0 ? DateTimeOffset.UtcNow : DateTimeOffset.FromUnixTimeMilliseconds(now)));
        foreach (IDictionary<string, object> one in (IEnumerable)t["notifications"])
        {
            var method = type.GetMethod("On" + one["method"]);
            var handler = method.GetParameters()[0].ParameterType;
            var types = handler.GetGenericArguments();
            method.Invoke(receiver, new object[] { Delegate.CreateDelegate(handler, typeof(Clients).GetMethod("Take", All).MakeGenericMethod(types[0], types[1])) });
        }
        return receiver;
    }

    private static void Handle(IDictionary<string, object> t, Dictionary<string, object> answer)
    {
        var key = t["space"] + " " + t["app"];
        if (!Receivers.ContainsKey(key))
        {
            Receivers[key] = Receiver(t);
        }
        Pushes.Clear();
        now = t.ContainsKey("now") ? System.Convert.ToInt64(t["now"]) : 0;
        fails = t.ContainsKey("fails") && (bool)t["fails"];
        slow = t.ContainsKey("slow") && (bool)t["slow"];
        var m = (IDictionary<string, object>)t["message"];
        var call = (Task)Receivers[key].GetType().GetMethod("HandleAsync").Invoke(Receivers[key], new[] { m["method"], m["url"], Map(m["headers"]), Convert.FromBase64String((string)m["body"]) });
        call.GetAwaiter().GetResult();
        var given = call.GetType().GetProperty("Result").GetValue(call);
        answer["status"] = given.GetType().GetProperty("Status").GetValue(given);
        answer["headers"] = ((IDictionary<string, string>)given.GetType().GetProperty("Headers").GetValue(given)).ToDictionary(one => one.Key, one => (object)one.Value);
        answer["body"] = Convert.ToBase64String((byte[])given.GetType().GetProperty("Body").GetValue(given));
        answer["pushes"] = Pushes.Select(one => (object)new Dictionary<string, object> { ["payload"] = one }).ToList();
    }
}
