using System;
using System.Collections.Generic;
using System.Linq;

namespace Jiekou
{
    /// <summary>A form that messages have.</summary>
    internal sealed class Form
    {
        internal string Carriage { get; set; } = "";
        internal Node Body { get; set; }
        internal Node Query { get; set; }
        internal string Type { get; set; } = "";
        internal Success[] Success { get; set; } = new Success[0];
        internal Status[] Status { get; set; } = new Status[0];
        internal bool Empty { get; set; }
        internal bool Proves { get; set; }
        internal bool Refuses { get; set; }
        internal string[] Outcomes { get; set; } = new string[0];
    }

    /// <summary>A file beside the fields: the name of its part, its bytes, its own name and its media type.</summary>
    public sealed class FilePart
    {
        /// <summary>The name of the part.</summary>
        public string Name { get; set; } = "";

        /// <summary>What is in the file.</summary>
        public byte[] Body { get; set; } = new byte[0];

        /// <summary>The name of the file.</summary>
        public string File { get; set; } = "";

        /// <summary>Its media type.</summary>
        public string Type { get; set; } = "application/octet-stream";
    }

    /// <summary>A place of a message, or what has places in it.</summary>
    internal sealed class Node
    {
        internal string Name { get; set; } = "";
        internal Func<Values, string> Fill { get; set; }
        internal string Label { get; set; } // of a name that the message gives
        internal string Like { get; set; }
        internal string Local { get; set; }
        internal string At { get; set; } = "";
        internal bool Optional { get; set; }
        internal bool Rest { get; set; }
        internal bool Cdata { get; set; }
        internal bool Payload { get; set; }
        internal bool Nil { get; set; }
        internal bool Whole { get; set; }
        internal bool Opaque { get; set; }
        internal bool List { get; set; }
        internal string Holder { get; set; } = "";
        internal string Said { get; set; } = ""; // as a refusal has it
        internal Node[] Children { get; set; } = new Node[0];
    }

    /// <summary>What a value holds where a request was carried out.</summary>
    internal sealed class Success
    {
        internal string At { get; set; } = "";
        internal string[] Texts { get; set; } = new string[0];
        internal bool Builtin { get; set; }
    }

    /// <summary>Which HTTP statuses an outcome has.</summary>
    internal sealed class Status
    {
        internal string Code { get; set; } = "";
        internal int[] Codes { get; set; } = new int[0];
        internal int All { get; set; } = -1;

        internal bool Takes(int status)
        {
            return Codes.Contains(status) || All == status / 100;
        }
    }

    /// <summary>A text in a template, or a value in it.</summary>
    internal sealed class Hole
    {
        internal string Text { get; set; }
        internal string At { get; set; } = "";
        internal Func<Values, string> Make { get; set; }
        internal Func<string, Values, string> Undo { get; set; }
        internal bool Json { get; set; }
        internal bool Fold { get; set; }
        internal Func<string, int> Takes { get; set; }
        internal int Behind { get; set; } = -1;

        public static implicit operator Hole(string text)
        {
            return new Hole { Text = text };
        }
    }

    /// <summary>Where a selection takes pairs from.</summary>
    internal sealed class Source
    {
        internal string Of { get; set; } = "";
        internal string Name { get; set; } = "";
        internal string Text { get; set; } = "";
        internal string Holder { get; set; } = "";
        internal string[] Path { get; set; } = new string[0];
        internal string[] Exclude { get; set; } = new string[0];
        internal string[] Names { get; set; } = new string[0];
    }

    /// <summary>Pairs that are selected, sorted and joined.</summary>
    internal sealed class Selection
    {
        internal Source[] From { get; set; } = new Source[0];
        internal string Sort { get; set; } = "";
        internal string Join { get; set; } = "";
        internal Func<string, string, string, string> Pair { get; set; } = (name, value, raw) => name + "=" + value;
        internal string Only { get; set; }
        internal string Split { get; set; } = "";
        internal string[] Skip { get; set; } = new string[0];
        internal string[] Must { get; set; } = new string[0];
        internal bool Empty { get; set; }
        internal bool Fixed { get; set; } // the names are the protocol's own: one that is not there is left out
    }

    /// <summary>A text that an answer has, and whether JSON has it without quotes.</summary>
    internal sealed class FixedText
    {
        internal string Text { get; set; } = "";
        internal bool Json { get; set; }
    }

    /// <summary>What a value of an answer holds by outcome.</summary>
    internal sealed class FixedValue
    {
        internal string At { get; set; } = "";
        internal FixedText[] Texts { get; set; } = new FixedText[0];
        internal bool Builtin { get; set; }
    }

    /// <summary>Which HTTP status a code of an answer has.</summary>
    internal sealed class AnswerStatus
    {
        internal string Code { get; set; } = "";
        internal int Status { get; set; }
    }

    /// <summary>A form of answers to notifications.</summary>
    internal sealed class AnswerForm
    {
        internal Func<Message, bool> When { get; set; }
        internal Func<Message, Message> Write { get; set; }
        internal string[] Outcomes { get; set; } = new string[0];
        internal string[] Codes { get; set; } = new string[0];
        internal bool Seals { get; set; }
        internal FixedValue[] Success { get; set; } = new FixedValue[0];
        internal FixedValue[] Failure { get; set; } = new FixedValue[0];
        internal AnswerStatus[] Status { get; set; } = new AnswerStatus[0];
    }

    /// <summary>A form of notifications.</summary>
    internal sealed class Arrival
    {
        internal Func<Message, bool> When { get; set; }
        internal Action<Message> Read { get; set; }
        internal Action<Message> Guard { get; set; }
        internal Func<Message, bool> Later { get; set; }
        internal string[] Bound { get; set; } = new string[0];
        internal bool Asks { get; set; }
        internal string Named { get; set; } = "";
        internal AnswerForm Echo { get; set; }
    }

    /// <summary>What came of a request.</summary>
    internal sealed class Verdict
    {
        internal bool Ok { get; set; }
        internal string Code { get; set; }
        internal string Text { get; set; }
        internal string Payload { get; set; }
        internal bool Proved { get; set; } // a key proves it
        internal bool Unknown { get; set; } // it is the reply to somebody who is not known
    }

    /// <summary>What is known of a message by name. One that is not there is not taken for an empty text.</summary>
    internal sealed class Values
    {
        private static readonly HashSet<string> Own = new HashSet<string>(
            "now random app interface payload id code text frame method scheme host path query body url target".Split(' '));

        private readonly Dictionary<string, string> texts;

        internal Values(Values of = null)
        {
            texts = of == null ? new Dictionary<string, string>() : new Dictionary<string, string>(of.texts);
        }

        internal string this[string name]
        {
            get { return Maybe(name) ?? (Own.Contains(name) ? "" : throw new ProtocolException("a value that is needed is not there: " + name)); }
            set { texts[name] = value; }
        }

        /// <summary>The value, or null.</summary>
        internal string Maybe(string name)
        {
            string text;
            return texts.TryGetValue(name, out text) ? text : null;
        }

        internal bool Has(string name)
        {
            return texts.ContainsKey(name);
        }

        internal void Remove(string name)
        {
            texts.Remove(name);
        }
    }
}
