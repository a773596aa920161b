/* eslint-disable */
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["broodbox"] || ($protobuf.roots["broodbox"] = {});

/** @type {unknown} */
export const broodbox = $root.broodbox = (() => {

    const broodbox = {};

    broodbox.Request = (function() {

        const Request = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Request.prototype.defineFilter = null;
        Request.prototype.definePlan = null;
        Request.prototype.dropPlan = null;
        Request.prototype.openZygote = null;
        Request.prototype.closeZygote = null;
        Request.prototype.openSandbox = null;
        Request.prototype.startJob = null;
        Request.prototype.killJob = null;
        Request.prototype.closeSandbox = null;

        let $oneOfFields;

        $Object.defineProperty(Request.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["defineFilter", "definePlan", "dropPlan", "openZygote", "closeZygote", "openSandbox", "startJob", "killJob", "closeSandbox"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Request.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.defineFilter != null && $Object.hasOwnProperty.call(message, "defineFilter"))
                $root.broodbox.DefineFilter.encode(message.defineFilter, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.definePlan != null && $Object.hasOwnProperty.call(message, "definePlan"))
                $root.broodbox.DefinePlan.encode(message.definePlan, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.dropPlan != null && $Object.hasOwnProperty.call(message, "dropPlan"))
                $root.broodbox.DropPlan.encode(message.dropPlan, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.openZygote != null && $Object.hasOwnProperty.call(message, "openZygote"))
                $root.broodbox.OpenZygote.encode(message.openZygote, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.closeZygote != null && $Object.hasOwnProperty.call(message, "closeZygote"))
                $root.broodbox.CloseZygote.encode(message.closeZygote, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.openSandbox != null && $Object.hasOwnProperty.call(message, "openSandbox"))
                $root.broodbox.OpenSandbox.encode(message.openSandbox, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.startJob != null && $Object.hasOwnProperty.call(message, "startJob"))
                $root.broodbox.StartJob.encode(message.startJob, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.killJob != null && $Object.hasOwnProperty.call(message, "killJob"))
                $root.broodbox.KillJob.encode(message.killJob, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.closeSandbox != null && $Object.hasOwnProperty.call(message, "closeSandbox"))
                $root.broodbox.CloseSandbox.encode(message.closeSandbox, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Request.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Request();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.defineFilter = $root.broodbox.DefineFilter.decode(reader, reader.size(), $undefined, _depth + 1, message.defineFilter);
                        message.body = "defineFilter";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.definePlan = $root.broodbox.DefinePlan.decode(reader, reader.size(), $undefined, _depth + 1, message.definePlan);
                        message.body = "definePlan";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.dropPlan = $root.broodbox.DropPlan.decode(reader, reader.size(), $undefined, _depth + 1, message.dropPlan);
                        message.body = "dropPlan";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.openZygote = $root.broodbox.OpenZygote.decode(reader, reader.size(), $undefined, _depth + 1, message.openZygote);
                        message.body = "openZygote";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.closeZygote = $root.broodbox.CloseZygote.decode(reader, reader.size(), $undefined, _depth + 1, message.closeZygote);
                        message.body = "closeZygote";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.openSandbox = $root.broodbox.OpenSandbox.decode(reader, reader.size(), $undefined, _depth + 1, message.openSandbox);
                        message.body = "openSandbox";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.startJob = $root.broodbox.StartJob.decode(reader, reader.size(), $undefined, _depth + 1, message.startJob);
                        message.body = "startJob";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.killJob = $root.broodbox.KillJob.decode(reader, reader.size(), $undefined, _depth + 1, message.killJob);
                        message.body = "killJob";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.closeSandbox = $root.broodbox.CloseSandbox.decode(reader, reader.size(), $undefined, _depth + 1, message.closeSandbox);
                        message.body = "closeSandbox";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Request;
    })();

    broodbox.DefineFilter = (function() {

        const DefineFilter = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DefineFilter.prototype.filterId = 0;
        DefineFilter.prototype.program = $util.newBuffer([]);
        DefineFilter.prototype.refusals = $util.newBuffer([]);
        DefineFilter.prototype.canaryCall = 0;
        DefineFilter.prototype.canaryErrno = 0;
        DefineFilter.prototype.writeExecuteDeny = false;
        DefineFilter.prototype.maxDenials = 0;
        DefineFilter.prototype.refusesNetwork = false;

        DefineFilter.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.filterId != null && $Object.hasOwnProperty.call(message, "filterId") && message.filterId !== 0)
                writer.uint32(8).uint32(message.filterId);
            if (message.program != null && $Object.hasOwnProperty.call(message, "program") && message.program.length)
                writer.uint32(18).bytes(message.program);
            if (message.refusals != null && $Object.hasOwnProperty.call(message, "refusals") && message.refusals.length)
                writer.uint32(26).bytes(message.refusals);
            if (message.canaryCall != null && $Object.hasOwnProperty.call(message, "canaryCall") && message.canaryCall !== 0)
                writer.uint32(32).uint32(message.canaryCall);
            if (message.canaryErrno != null && $Object.hasOwnProperty.call(message, "canaryErrno") && message.canaryErrno !== 0)
                writer.uint32(40).uint32(message.canaryErrno);
            if (message.writeExecuteDeny != null && $Object.hasOwnProperty.call(message, "writeExecuteDeny") && message.writeExecuteDeny !== false)
                writer.uint32(48).bool(message.writeExecuteDeny);
            if (message.maxDenials != null && $Object.hasOwnProperty.call(message, "maxDenials") && message.maxDenials !== 0)
                writer.uint32(56).uint32(message.maxDenials);
            if (message.refusesNetwork != null && $Object.hasOwnProperty.call(message, "refusesNetwork") && message.refusesNetwork !== false)
                writer.uint32(64).bool(message.refusesNetwork);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DefineFilter.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.DefineFilter();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.filterId = value;
                        else
                            delete message.filterId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.program = value;
                        else
                            delete message.program;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.refusals = value;
                        else
                            delete message.refusals;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.canaryCall = value;
                        else
                            delete message.canaryCall;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.canaryErrno = value;
                        else
                            delete message.canaryErrno;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.writeExecuteDeny = value;
                        else
                            delete message.writeExecuteDeny;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.maxDenials = value;
                        else
                            delete message.maxDenials;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.refusesNetwork = value;
                        else
                            delete message.refusesNetwork;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return DefineFilter;
    })();

    broodbox.DefinePlan = (function() {

        const DefinePlan = function (properties) {
            this.binds = [];
            this.links = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DefinePlan.prototype.planId = 0;
        DefinePlan.prototype.binds = $util.emptyArray;
        DefinePlan.prototype.links = $util.emptyArray;
        DefinePlan.prototype.tmpBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        DefinePlan.prototype.outBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        DefinePlan.prototype.outFiles = 0;

        DefinePlan.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.planId != null && $Object.hasOwnProperty.call(message, "planId") && message.planId !== 0)
                writer.uint32(8).uint32(message.planId);
            if (message.binds != null && message.binds.length)
                for (let i = 0; i < message.binds.length; ++i)
                    $root.broodbox.Bind.encode(message.binds[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.links != null && message.links.length)
                for (let i = 0; i < message.links.length; ++i)
                    $root.broodbox.Link.encode(message.links[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.tmpBytes != null && $Object.hasOwnProperty.call(message, "tmpBytes") && (typeof message.tmpBytes === "object" ? message.tmpBytes.low || message.tmpBytes.high : message.tmpBytes !== 0))
                writer.uint32(32).uint64(message.tmpBytes);
            if (message.outBytes != null && $Object.hasOwnProperty.call(message, "outBytes") && (typeof message.outBytes === "object" ? message.outBytes.low || message.outBytes.high : message.outBytes !== 0))
                writer.uint32(40).uint64(message.outBytes);
            if (message.outFiles != null && $Object.hasOwnProperty.call(message, "outFiles") && message.outFiles !== 0)
                writer.uint32(48).uint32(message.outFiles);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DefinePlan.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.DefinePlan();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.planId = value;
                        else
                            delete message.planId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.binds && message.binds.length))
                            message.binds = [];
                        message.binds.push($root.broodbox.Bind.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.links && message.links.length))
                            message.links = [];
                        message.links.push($root.broodbox.Link.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.tmpBytes = value;
                        else
                            delete message.tmpBytes;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.outBytes = value;
                        else
                            delete message.outBytes;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.outFiles = value;
                        else
                            delete message.outFiles;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return DefinePlan;
    })();

    broodbox.Bind = (function() {

        const Bind = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Bind.prototype.source = $util.newBuffer([]);
        Bind.prototype.target = $util.newBuffer([]);

        Bind.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source.length)
                writer.uint32(10).bytes(message.source);
            if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target.length)
                writer.uint32(18).bytes(message.target);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Bind.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Bind();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.target = value;
                        else
                            delete message.target;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Bind;
    })();

    broodbox.Link = (function() {

        const Link = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Link.prototype.path = $util.newBuffer([]);
        Link.prototype.content = $util.newBuffer([]);

        Link.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path.length)
                writer.uint32(10).bytes(message.path);
            if (message.content != null && $Object.hasOwnProperty.call(message, "content") && message.content.length)
                writer.uint32(18).bytes(message.content);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Link.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Link();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.content = value;
                        else
                            delete message.content;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Link;
    })();

    broodbox.DropPlan = (function() {

        const DropPlan = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DropPlan.prototype.planId = 0;

        DropPlan.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.planId != null && $Object.hasOwnProperty.call(message, "planId") && message.planId !== 0)
                writer.uint32(8).uint32(message.planId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DropPlan.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.DropPlan();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.planId = value;
                        else
                            delete message.planId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return DropPlan;
    })();

    broodbox.OpenZygote = (function() {

        const OpenZygote = function (properties) {
            this.preload = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OpenZygote.prototype.zygoteId = 0;
        OpenZygote.prototype.interpreter = $util.newBuffer([]);
        OpenZygote.prototype.module = $util.newBuffer([]);
        OpenZygote.prototype.script = $util.newBuffer([]);
        OpenZygote.prototype.preload = $util.emptyArray;

        OpenZygote.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.zygoteId != null && $Object.hasOwnProperty.call(message, "zygoteId") && message.zygoteId !== 0)
                writer.uint32(8).uint32(message.zygoteId);
            if (message.interpreter != null && $Object.hasOwnProperty.call(message, "interpreter") && message.interpreter.length)
                writer.uint32(18).bytes(message.interpreter);
            if (message.module != null && $Object.hasOwnProperty.call(message, "module") && message.module.length)
                writer.uint32(26).bytes(message.module);
            if (message.script != null && $Object.hasOwnProperty.call(message, "script") && message.script.length)
                writer.uint32(34).bytes(message.script);
            if (message.preload != null && message.preload.length)
                for (let i = 0; i < message.preload.length; ++i)
                    writer.uint32(42).bytes(message.preload[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OpenZygote.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.OpenZygote();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.zygoteId = value;
                        else
                            delete message.zygoteId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.interpreter = value;
                        else
                            delete message.interpreter;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.module = value;
                        else
                            delete message.module;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.script = value;
                        else
                            delete message.script;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.preload && message.preload.length))
                            message.preload = [];
                        message.preload.push(reader.bytes());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return OpenZygote;
    })();

    broodbox.CloseZygote = (function() {

        const CloseZygote = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CloseZygote.prototype.zygoteId = 0;

        CloseZygote.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.zygoteId != null && $Object.hasOwnProperty.call(message, "zygoteId") && message.zygoteId !== 0)
                writer.uint32(8).uint32(message.zygoteId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CloseZygote.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.CloseZygote();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.zygoteId = value;
                        else
                            delete message.zygoteId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return CloseZygote;
    })();

    broodbox.OpenSandbox = (function() {

        const OpenSandbox = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OpenSandbox.prototype.sandboxId = 0;
        OpenSandbox.prototype.zygoteId = 0;
        OpenSandbox.prototype.filterId = 0;
        OpenSandbox.prototype.planId = 0;
        OpenSandbox.prototype.nonce = $util.newBuffer([]);
        OpenSandbox.prototype.limits = null;

        OpenSandbox.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.zygoteId != null && $Object.hasOwnProperty.call(message, "zygoteId") && message.zygoteId !== 0)
                writer.uint32(16).uint32(message.zygoteId);
            if (message.filterId != null && $Object.hasOwnProperty.call(message, "filterId") && message.filterId !== 0)
                writer.uint32(24).uint32(message.filterId);
            if (message.planId != null && $Object.hasOwnProperty.call(message, "planId") && message.planId !== 0)
                writer.uint32(32).uint32(message.planId);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(42).bytes(message.nonce);
            if (message.limits != null && $Object.hasOwnProperty.call(message, "limits"))
                $root.broodbox.Limits.encode(message.limits, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OpenSandbox.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.OpenSandbox();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.zygoteId = value;
                        else
                            delete message.zygoteId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.filterId = value;
                        else
                            delete message.filterId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.planId = value;
                        else
                            delete message.planId;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.limits = $root.broodbox.Limits.decode(reader, reader.size(), $undefined, _depth + 1, message.limits);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return OpenSandbox;
    })();

    broodbox.Limits = (function() {

        const Limits = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Limits.prototype.memoryBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Limits.prototype.pids = 0;
        Limits.prototype.cpuMs = 0;
        Limits.prototype.wallMs = 0;
        Limits.prototype.coresPercent = 0;

        Limits.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.memoryBytes != null && $Object.hasOwnProperty.call(message, "memoryBytes") && (typeof message.memoryBytes === "object" ? message.memoryBytes.low || message.memoryBytes.high : message.memoryBytes !== 0))
                writer.uint32(8).uint64(message.memoryBytes);
            if (message.pids != null && $Object.hasOwnProperty.call(message, "pids") && message.pids !== 0)
                writer.uint32(16).uint32(message.pids);
            if (message.cpuMs != null && $Object.hasOwnProperty.call(message, "cpuMs") && message.cpuMs !== 0)
                writer.uint32(24).uint32(message.cpuMs);
            if (message.wallMs != null && $Object.hasOwnProperty.call(message, "wallMs") && message.wallMs !== 0)
                writer.uint32(32).uint32(message.wallMs);
            if (message.coresPercent != null && $Object.hasOwnProperty.call(message, "coresPercent") && message.coresPercent !== 0)
                writer.uint32(40).uint32(message.coresPercent);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Limits.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Limits();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.memoryBytes = value;
                        else
                            delete message.memoryBytes;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.pids = value;
                        else
                            delete message.pids;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.cpuMs = value;
                        else
                            delete message.cpuMs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.wallMs = value;
                        else
                            delete message.wallMs;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.coresPercent = value;
                        else
                            delete message.coresPercent;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Limits;
    })();

    broodbox.StartJob = (function() {

        const StartJob = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        StartJob.prototype.sandboxId = 0;
        StartJob.prototype.limits = null;
        StartJob.prototype.collectMs = 0;

        StartJob.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.limits != null && $Object.hasOwnProperty.call(message, "limits"))
                $root.broodbox.Limits.encode(message.limits, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.collectMs != null && $Object.hasOwnProperty.call(message, "collectMs") && message.collectMs !== 0)
                writer.uint32(24).uint32(message.collectMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        StartJob.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.StartJob();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.limits = $root.broodbox.Limits.decode(reader, reader.size(), $undefined, _depth + 1, message.limits);
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.collectMs = value;
                        else
                            delete message.collectMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return StartJob;
    })();

    broodbox.KillJob = (function() {

        const KillJob = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        KillJob.prototype.sandboxId = 0;

        KillJob.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        KillJob.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.KillJob();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return KillJob;
    })();

    broodbox.CloseSandbox = (function() {

        const CloseSandbox = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CloseSandbox.prototype.sandboxId = 0;

        CloseSandbox.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CloseSandbox.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.CloseSandbox();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return CloseSandbox;
    })();

    broodbox.Event = (function() {

        const Event = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Event.prototype.hello = null;
        Event.prototype.zygoteReady = null;
        Event.prototype.zygoteGone = null;
        Event.prototype.sandboxReady = null;
        Event.prototype.limitsApplied = null;
        Event.prototype.jobExited = null;
        Event.prototype.sandboxClosed = null;
        Event.prototype.fault = null;

        let $oneOfFields;

        $Object.defineProperty(Event.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["hello", "zygoteReady", "zygoteGone", "sandboxReady", "limitsApplied", "jobExited", "sandboxClosed", "fault"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Event.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                $root.broodbox.Hello.encode(message.hello, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.zygoteReady != null && $Object.hasOwnProperty.call(message, "zygoteReady"))
                $root.broodbox.ZygoteReady.encode(message.zygoteReady, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.zygoteGone != null && $Object.hasOwnProperty.call(message, "zygoteGone"))
                $root.broodbox.ZygoteGone.encode(message.zygoteGone, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.sandboxReady != null && $Object.hasOwnProperty.call(message, "sandboxReady"))
                $root.broodbox.SandboxReady.encode(message.sandboxReady, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.limitsApplied != null && $Object.hasOwnProperty.call(message, "limitsApplied"))
                $root.broodbox.LimitsApplied.encode(message.limitsApplied, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.jobExited != null && $Object.hasOwnProperty.call(message, "jobExited"))
                $root.broodbox.JobExited.encode(message.jobExited, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.sandboxClosed != null && $Object.hasOwnProperty.call(message, "sandboxClosed"))
                $root.broodbox.SandboxClosed.encode(message.sandboxClosed, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.fault != null && $Object.hasOwnProperty.call(message, "fault"))
                $root.broodbox.Fault.encode(message.fault, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Event.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Event();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.hello = $root.broodbox.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                        message.body = "hello";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.zygoteReady = $root.broodbox.ZygoteReady.decode(reader, reader.size(), $undefined, _depth + 1, message.zygoteReady);
                        message.body = "zygoteReady";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.zygoteGone = $root.broodbox.ZygoteGone.decode(reader, reader.size(), $undefined, _depth + 1, message.zygoteGone);
                        message.body = "zygoteGone";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.sandboxReady = $root.broodbox.SandboxReady.decode(reader, reader.size(), $undefined, _depth + 1, message.sandboxReady);
                        message.body = "sandboxReady";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.limitsApplied = $root.broodbox.LimitsApplied.decode(reader, reader.size(), $undefined, _depth + 1, message.limitsApplied);
                        message.body = "limitsApplied";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.jobExited = $root.broodbox.JobExited.decode(reader, reader.size(), $undefined, _depth + 1, message.jobExited);
                        message.body = "jobExited";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.sandboxClosed = $root.broodbox.SandboxClosed.decode(reader, reader.size(), $undefined, _depth + 1, message.sandboxClosed);
                        message.body = "sandboxClosed";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.fault = $root.broodbox.Fault.decode(reader, reader.size(), $undefined, _depth + 1, message.fault);
                        message.body = "fault";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Event;
    })();

    broodbox.Hello = (function() {

        const Hello = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Hello.prototype.protocol = 0;
        Hello.prototype.idMode = "";
        Hello.prototype.memoryCgroup = "";
        Hello.prototype.pidsCgroup = "";
        Hello.prototype.cpuCgroup = "";
        Hello.prototype.landlockAbi = 0;

        Hello.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                writer.uint32(8).uint32(message.protocol);
            if (message.idMode != null && $Object.hasOwnProperty.call(message, "idMode") && message.idMode !== "")
                writer.uint32(18).string(message.idMode);
            if (message.memoryCgroup != null && $Object.hasOwnProperty.call(message, "memoryCgroup") && message.memoryCgroup !== "")
                writer.uint32(26).string(message.memoryCgroup);
            if (message.pidsCgroup != null && $Object.hasOwnProperty.call(message, "pidsCgroup") && message.pidsCgroup !== "")
                writer.uint32(34).string(message.pidsCgroup);
            if (message.cpuCgroup != null && $Object.hasOwnProperty.call(message, "cpuCgroup") && message.cpuCgroup !== "")
                writer.uint32(42).string(message.cpuCgroup);
            if (message.landlockAbi != null && $Object.hasOwnProperty.call(message, "landlockAbi") && message.landlockAbi !== 0)
                writer.uint32(48).uint32(message.landlockAbi);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Hello.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Hello();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.idMode = value;
                        else
                            delete message.idMode;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.memoryCgroup = value;
                        else
                            delete message.memoryCgroup;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.pidsCgroup = value;
                        else
                            delete message.pidsCgroup;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.cpuCgroup = value;
                        else
                            delete message.cpuCgroup;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.landlockAbi = value;
                        else
                            delete message.landlockAbi;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Hello;
    })();

    broodbox.ZygoteReady = (function() {

        const ZygoteReady = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ZygoteReady.prototype.zygoteId = 0;
        ZygoteReady.prototype.pid = 0;
        ZygoteReady.prototype.preloadUs = 0;

        ZygoteReady.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.zygoteId != null && $Object.hasOwnProperty.call(message, "zygoteId") && message.zygoteId !== 0)
                writer.uint32(8).uint32(message.zygoteId);
            if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                writer.uint32(16).uint32(message.pid);
            if (message.preloadUs != null && $Object.hasOwnProperty.call(message, "preloadUs") && message.preloadUs !== 0)
                writer.uint32(24).uint32(message.preloadUs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ZygoteReady.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.ZygoteReady();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.zygoteId = value;
                        else
                            delete message.zygoteId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.pid = value;
                        else
                            delete message.pid;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.preloadUs = value;
                        else
                            delete message.preloadUs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ZygoteReady;
    })();

    broodbox.ZygoteGone = (function() {

        const ZygoteGone = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ZygoteGone.prototype.zygoteId = 0;
        ZygoteGone.prototype.exitCode = 0;
        ZygoteGone.prototype.signal = 0;
        ZygoteGone.prototype.reason = $util.newBuffer([]);

        ZygoteGone.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.zygoteId != null && $Object.hasOwnProperty.call(message, "zygoteId") && message.zygoteId !== 0)
                writer.uint32(8).uint32(message.zygoteId);
            if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode") && message.exitCode !== 0)
                writer.uint32(16).int32(message.exitCode);
            if (message.signal != null && $Object.hasOwnProperty.call(message, "signal") && message.signal !== 0)
                writer.uint32(24).int32(message.signal);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason.length)
                writer.uint32(34).bytes(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ZygoteGone.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.ZygoteGone();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.zygoteId = value;
                        else
                            delete message.zygoteId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.exitCode = value;
                        else
                            delete message.exitCode;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.signal = value;
                        else
                            delete message.signal;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ZygoteGone;
    })();

    broodbox.SandboxReady = (function() {

        const SandboxReady = function (properties) {
            this.layers = [];
            this.steps = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SandboxReady.prototype.sandboxId = 0;
        SandboxReady.prototype.layers = $util.emptyArray;
        SandboxReady.prototype.steps = $util.emptyArray;
        SandboxReady.prototype.attested = false;

        SandboxReady.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.layers != null && message.layers.length)
                for (let i = 0; i < message.layers.length; ++i)
                    $root.broodbox.Layer.encode(message.layers[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.steps != null && message.steps.length)
                for (let i = 0; i < message.steps.length; ++i)
                    $root.broodbox.StepTime.encode(message.steps[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.attested != null && $Object.hasOwnProperty.call(message, "attested") && message.attested !== false)
                writer.uint32(32).bool(message.attested);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SandboxReady.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.SandboxReady();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.layers && message.layers.length))
                            message.layers = [];
                        message.layers.push($root.broodbox.Layer.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.steps && message.steps.length))
                            message.steps = [];
                        message.steps.push($root.broodbox.StepTime.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.attested = value;
                        else
                            delete message.attested;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return SandboxReady;
    })();

    broodbox.LayerState = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "OFF"] = 0;
        values[valuesById[1] = "DEGRADED"] = 1;
        values[valuesById[2] = "ON"] = 2;
        return values;
    })();

    broodbox.Layer = (function() {

        const Layer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Layer.prototype.name = "";
        Layer.prototype.state = 0;

        Layer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                writer.uint32(16).int32(message.state);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Layer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Layer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.state = value;
                        else
                            delete message.state;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Layer;
    })();

    broodbox.StepTime = (function() {

        const StepTime = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        StepTime.prototype.step = "";
        StepTime.prototype.us = 0;

        StepTime.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== "")
                writer.uint32(10).string(message.step);
            if (message.us != null && $Object.hasOwnProperty.call(message, "us") && message.us !== 0)
                writer.uint32(16).uint32(message.us);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        StepTime.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.StepTime();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.us = value;
                        else
                            delete message.us;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return StepTime;
    })();

    broodbox.LimitsApplied = (function() {

        const LimitsApplied = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LimitsApplied.prototype.sandboxId = 0;

        LimitsApplied.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LimitsApplied.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.LimitsApplied();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return LimitsApplied;
    })();

    broodbox.Trigger = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "NONE"] = 0;
        values[valuesById[1] = "WALL"] = 1;
        values[valuesById[2] = "CPU"] = 2;
        values[valuesById[3] = "MEMORY"] = 3;
        values[valuesById[4] = "DENIALS"] = 4;
        values[valuesById[5] = "REQUESTED"] = 5;
        values[valuesById[6] = "OUTPUT"] = 6;
        return values;
    })();

    broodbox.JobExited = (function() {

        const JobExited = function (properties) {
            this.denials = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        JobExited.prototype.sandboxId = 0;
        JobExited.prototype.started = false;
        JobExited.prototype.exitCode = 0;
        JobExited.prototype.signal = 0;
        JobExited.prototype.coreDumped = false;
        JobExited.prototype.trigger = 0;
        JobExited.prototype.usage = null;
        JobExited.prototype.denials = $util.emptyArray;
        JobExited.prototype.deniedTotal = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        JobExited.prototype.deniedTruncated = false;

        JobExited.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.started != null && $Object.hasOwnProperty.call(message, "started") && message.started !== false)
                writer.uint32(16).bool(message.started);
            if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode") && message.exitCode !== 0)
                writer.uint32(24).int32(message.exitCode);
            if (message.signal != null && $Object.hasOwnProperty.call(message, "signal") && message.signal !== 0)
                writer.uint32(32).int32(message.signal);
            if (message.coreDumped != null && $Object.hasOwnProperty.call(message, "coreDumped") && message.coreDumped !== false)
                writer.uint32(40).bool(message.coreDumped);
            if (message.trigger != null && $Object.hasOwnProperty.call(message, "trigger") && message.trigger !== 0)
                writer.uint32(48).int32(message.trigger);
            if (message.usage != null && $Object.hasOwnProperty.call(message, "usage"))
                $root.broodbox.Usage.encode(message.usage, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.denials != null && message.denials.length)
                for (let i = 0; i < message.denials.length; ++i)
                    $root.broodbox.Denial.encode(message.denials[i], writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.deniedTotal != null && $Object.hasOwnProperty.call(message, "deniedTotal") && (typeof message.deniedTotal === "object" ? message.deniedTotal.low || message.deniedTotal.high : message.deniedTotal !== 0))
                writer.uint32(72).uint64(message.deniedTotal);
            if (message.deniedTruncated != null && $Object.hasOwnProperty.call(message, "deniedTruncated") && message.deniedTruncated !== false)
                writer.uint32(80).bool(message.deniedTruncated);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        JobExited.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.JobExited();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.started = value;
                        else
                            delete message.started;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.exitCode = value;
                        else
                            delete message.exitCode;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.signal = value;
                        else
                            delete message.signal;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.coreDumped = value;
                        else
                            delete message.coreDumped;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.trigger = value;
                        else
                            delete message.trigger;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.usage = $root.broodbox.Usage.decode(reader, reader.size(), $undefined, _depth + 1, message.usage);
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.denials && message.denials.length))
                            message.denials = [];
                        message.denials.push($root.broodbox.Denial.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.deniedTotal = value;
                        else
                            delete message.deniedTotal;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.deniedTruncated = value;
                        else
                            delete message.deniedTruncated;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return JobExited;
    })();

    broodbox.Usage = (function() {

        const Usage = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Usage.prototype.wallUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Usage.prototype.cpuUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Usage.prototype.memoryPeakBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Usage.prototype.processesPeak = 0;
        Usage.prototype.oomKills = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Usage.prototype.pidsRefused = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        Usage.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.wallUs != null && $Object.hasOwnProperty.call(message, "wallUs") && (typeof message.wallUs === "object" ? message.wallUs.low || message.wallUs.high : message.wallUs !== 0))
                writer.uint32(8).uint64(message.wallUs);
            if (message.cpuUs != null && $Object.hasOwnProperty.call(message, "cpuUs") && (typeof message.cpuUs === "object" ? message.cpuUs.low || message.cpuUs.high : message.cpuUs !== 0))
                writer.uint32(16).uint64(message.cpuUs);
            if (message.memoryPeakBytes != null && $Object.hasOwnProperty.call(message, "memoryPeakBytes") && (typeof message.memoryPeakBytes === "object" ? message.memoryPeakBytes.low || message.memoryPeakBytes.high : message.memoryPeakBytes !== 0))
                writer.uint32(24).uint64(message.memoryPeakBytes);
            if (message.processesPeak != null && $Object.hasOwnProperty.call(message, "processesPeak") && message.processesPeak !== 0)
                writer.uint32(32).uint32(message.processesPeak);
            if (message.oomKills != null && $Object.hasOwnProperty.call(message, "oomKills") && (typeof message.oomKills === "object" ? message.oomKills.low || message.oomKills.high : message.oomKills !== 0))
                writer.uint32(40).uint64(message.oomKills);
            if (message.pidsRefused != null && $Object.hasOwnProperty.call(message, "pidsRefused") && (typeof message.pidsRefused === "object" ? message.pidsRefused.low || message.pidsRefused.high : message.pidsRefused !== 0))
                writer.uint32(48).uint64(message.pidsRefused);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Usage.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Usage();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.wallUs = value;
                        else
                            delete message.wallUs;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.cpuUs = value;
                        else
                            delete message.cpuUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.memoryPeakBytes = value;
                        else
                            delete message.memoryPeakBytes;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.processesPeak = value;
                        else
                            delete message.processesPeak;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.oomKills = value;
                        else
                            delete message.oomKills;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.pidsRefused = value;
                        else
                            delete message.pidsRefused;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Usage;
    })();

    broodbox.Denial = (function() {

        const Denial = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Denial.prototype.call = 0;
        Denial.prototype.error = 0;
        Denial.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Denial.prototype.args = $util.newBuffer([]);

        Denial.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.call != null && $Object.hasOwnProperty.call(message, "call") && message.call !== 0)
                writer.uint32(8).uint32(message.call);
            if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== 0)
                writer.uint32(16).uint32(message.error);
            if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                writer.uint32(24).uint64(message.count);
            if (message.args != null && $Object.hasOwnProperty.call(message, "args") && message.args.length)
                writer.uint32(34).bytes(message.args);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Denial.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Denial();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.call = value;
                        else
                            delete message.call;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.error = value;
                        else
                            delete message.error;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.count = value;
                        else
                            delete message.count;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.args = value;
                        else
                            delete message.args;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Denial;
    })();

    broodbox.SandboxClosed = (function() {

        const SandboxClosed = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SandboxClosed.prototype.sandboxId = 0;

        SandboxClosed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SandboxClosed.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.SandboxClosed();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return SandboxClosed;
    })();

    broodbox.Fault = (function() {

        const Fault = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Fault.prototype.sandboxId = 0;
        Fault.prototype.zygoteId = 0;
        Fault.prototype.step = "";
        Fault.prototype.error = 0;
        Fault.prototype.detail = $util.newBuffer([]);

        Fault.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.zygoteId != null && $Object.hasOwnProperty.call(message, "zygoteId") && message.zygoteId !== 0)
                writer.uint32(16).uint32(message.zygoteId);
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== "")
                writer.uint32(26).string(message.step);
            if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== 0)
                writer.uint32(32).int32(message.error);
            if (message.detail != null && $Object.hasOwnProperty.call(message, "detail") && message.detail.length)
                writer.uint32(42).bytes(message.detail);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Fault.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Fault();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.zygoteId = value;
                        else
                            delete message.zygoteId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.error = value;
                        else
                            delete message.error;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.detail = value;
                        else
                            delete message.detail;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Fault;
    })();

    broodbox.ToInit = (function() {

        const ToInit = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ToInit.prototype.file = null;
        ToInit.prototype.run = null;
        ToInit.prototype.spec = null;
        ToInit.prototype.stdin = null;

        let $oneOfFields;

        $Object.defineProperty(ToInit.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["file", "run", "spec", "stdin"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ToInit.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.file != null && $Object.hasOwnProperty.call(message, "file"))
                $root.broodbox.FileChunk.encode(message.file, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.run != null && $Object.hasOwnProperty.call(message, "run"))
                $root.broodbox.RunJob.encode(message.run, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.spec != null && $Object.hasOwnProperty.call(message, "spec"))
                $root.broodbox.SpecChunk.encode(message.spec, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.stdin != null && $Object.hasOwnProperty.call(message, "stdin"))
                $root.broodbox.StdinChunk.encode(message.stdin, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ToInit.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.ToInit();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.file = $root.broodbox.FileChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.file);
                        message.body = "file";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.run = $root.broodbox.RunJob.decode(reader, reader.size(), $undefined, _depth + 1, message.run);
                        message.body = "run";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.spec = $root.broodbox.SpecChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.spec);
                        message.body = "spec";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.stdin = $root.broodbox.StdinChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.stdin);
                        message.body = "stdin";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ToInit;
    })();

    broodbox.FileChunk = (function() {

        const FileChunk = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        FileChunk.prototype.name = $util.newBuffer([]);
        FileChunk.prototype.data = $util.newBuffer([]);
        FileChunk.prototype.last = false;

        FileChunk.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name.length)
                writer.uint32(10).bytes(message.name);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(18).bytes(message.data);
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(24).bool(message.last);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        FileChunk.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.FileChunk();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return FileChunk;
    })();

    broodbox.RunJob = (function() {

        const RunJob = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RunJob.prototype.stdoutBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RunJob.prototype.stderrBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RunJob.prototype.resultBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RunJob.prototype.artifactBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RunJob.prototype.artifactFiles = 0;

        RunJob.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.stdoutBytes != null && $Object.hasOwnProperty.call(message, "stdoutBytes") && (typeof message.stdoutBytes === "object" ? message.stdoutBytes.low || message.stdoutBytes.high : message.stdoutBytes !== 0))
                writer.uint32(8).uint64(message.stdoutBytes);
            if (message.stderrBytes != null && $Object.hasOwnProperty.call(message, "stderrBytes") && (typeof message.stderrBytes === "object" ? message.stderrBytes.low || message.stderrBytes.high : message.stderrBytes !== 0))
                writer.uint32(16).uint64(message.stderrBytes);
            if (message.resultBytes != null && $Object.hasOwnProperty.call(message, "resultBytes") && (typeof message.resultBytes === "object" ? message.resultBytes.low || message.resultBytes.high : message.resultBytes !== 0))
                writer.uint32(24).uint64(message.resultBytes);
            if (message.artifactBytes != null && $Object.hasOwnProperty.call(message, "artifactBytes") && (typeof message.artifactBytes === "object" ? message.artifactBytes.low || message.artifactBytes.high : message.artifactBytes !== 0))
                writer.uint32(32).uint64(message.artifactBytes);
            if (message.artifactFiles != null && $Object.hasOwnProperty.call(message, "artifactFiles") && message.artifactFiles !== 0)
                writer.uint32(40).uint32(message.artifactFiles);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RunJob.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.RunJob();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.stdoutBytes = value;
                        else
                            delete message.stdoutBytes;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.stderrBytes = value;
                        else
                            delete message.stderrBytes;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.resultBytes = value;
                        else
                            delete message.resultBytes;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.artifactBytes = value;
                        else
                            delete message.artifactBytes;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.artifactFiles = value;
                        else
                            delete message.artifactFiles;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return RunJob;
    })();

    broodbox.SpecChunk = (function() {

        const SpecChunk = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SpecChunk.prototype.data = $util.newBuffer([]);
        SpecChunk.prototype.last = false;

        SpecChunk.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(10).bytes(message.data);
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(16).bool(message.last);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SpecChunk.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.SpecChunk();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return SpecChunk;
    })();

    broodbox.StdinChunk = (function() {

        const StdinChunk = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        StdinChunk.prototype.data = $util.newBuffer([]);
        StdinChunk.prototype.last = false;

        StdinChunk.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(10).bytes(message.data);
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(16).bool(message.last);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        StdinChunk.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.StdinChunk();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return StdinChunk;
    })();

    broodbox.FromInit = (function() {

        const FromInit = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        FromInit.prototype.introduction = null;
        FromInit.prototype.output = null;
        FromInit.prototype.artifact = null;
        FromInit.prototype.done = null;
        FromInit.prototype.fault = null;

        let $oneOfFields;

        $Object.defineProperty(FromInit.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["introduction", "output", "artifact", "done", "fault"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        FromInit.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.introduction != null && $Object.hasOwnProperty.call(message, "introduction"))
                $root.broodbox.Introduction.encode(message.introduction, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.output != null && $Object.hasOwnProperty.call(message, "output"))
                $root.broodbox.Output.encode(message.output, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.artifact != null && $Object.hasOwnProperty.call(message, "artifact"))
                $root.broodbox.ArtifactChunk.encode(message.artifact, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.done != null && $Object.hasOwnProperty.call(message, "done"))
                $root.broodbox.Done.encode(message.done, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.fault != null && $Object.hasOwnProperty.call(message, "fault"))
                $root.broodbox.Fault.encode(message.fault, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        FromInit.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.FromInit();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.introduction = $root.broodbox.Introduction.decode(reader, reader.size(), $undefined, _depth + 1, message.introduction);
                        message.body = "introduction";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.output = $root.broodbox.Output.decode(reader, reader.size(), $undefined, _depth + 1, message.output);
                        message.body = "output";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.artifact = $root.broodbox.ArtifactChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.artifact);
                        message.body = "artifact";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.done = $root.broodbox.Done.decode(reader, reader.size(), $undefined, _depth + 1, message.done);
                        message.body = "done";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.fault = $root.broodbox.Fault.decode(reader, reader.size(), $undefined, _depth + 1, message.fault);
                        message.body = "fault";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return FromInit;
    })();

    broodbox.Introduction = (function() {

        const Introduction = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Introduction.prototype.sandboxId = 0;
        Introduction.prototype.nonce = $util.newBuffer([]);

        Introduction.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId") && message.sandboxId !== 0)
                writer.uint32(8).uint32(message.sandboxId);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(18).bytes(message.nonce);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Introduction.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Introduction();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sandboxId = value;
                        else
                            delete message.sandboxId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Introduction;
    })();

    broodbox.Stream = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "STDOUT"] = 0;
        values[valuesById[1] = "STDERR"] = 1;
        values[valuesById[2] = "RESULT"] = 2;
        return values;
    })();

    broodbox.Output = (function() {

        const Output = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Output.prototype.stream = 0;
        Output.prototype.data = $util.newBuffer([]);

        Output.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.stream != null && $Object.hasOwnProperty.call(message, "stream") && message.stream !== 0)
                writer.uint32(8).int32(message.stream);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(18).bytes(message.data);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Output.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Output();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.stream = value;
                        else
                            delete message.stream;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Output;
    })();

    broodbox.ArtifactChunk = (function() {

        const ArtifactChunk = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ArtifactChunk.prototype.name = $util.newBuffer([]);
        ArtifactChunk.prototype.data = $util.newBuffer([]);
        ArtifactChunk.prototype.last = false;
        ArtifactChunk.prototype.skipped = "";

        ArtifactChunk.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name.length)
                writer.uint32(10).bytes(message.name);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(18).bytes(message.data);
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(24).bool(message.last);
            if (message.skipped != null && $Object.hasOwnProperty.call(message, "skipped") && message.skipped !== "")
                writer.uint32(34).string(message.skipped);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ArtifactChunk.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.ArtifactChunk();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.skipped = value;
                        else
                            delete message.skipped;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ArtifactChunk;
    })();

    broodbox.Done = (function() {

        const Done = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Done.prototype.stdoutBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Done.prototype.stderrBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Done.prototype.resultBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Done.prototype.outputExceeded = false;
        Done.prototype.resultExceeded = false;
        Done.prototype.artifactsExceeded = false;
        Done.prototype.tmpFull = false;
        Done.prototype.artifactsSkipped = 0;
        Done.prototype.collectUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        Done.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.stdoutBytes != null && $Object.hasOwnProperty.call(message, "stdoutBytes") && (typeof message.stdoutBytes === "object" ? message.stdoutBytes.low || message.stdoutBytes.high : message.stdoutBytes !== 0))
                writer.uint32(8).uint64(message.stdoutBytes);
            if (message.stderrBytes != null && $Object.hasOwnProperty.call(message, "stderrBytes") && (typeof message.stderrBytes === "object" ? message.stderrBytes.low || message.stderrBytes.high : message.stderrBytes !== 0))
                writer.uint32(16).uint64(message.stderrBytes);
            if (message.resultBytes != null && $Object.hasOwnProperty.call(message, "resultBytes") && (typeof message.resultBytes === "object" ? message.resultBytes.low || message.resultBytes.high : message.resultBytes !== 0))
                writer.uint32(24).uint64(message.resultBytes);
            if (message.outputExceeded != null && $Object.hasOwnProperty.call(message, "outputExceeded") && message.outputExceeded !== false)
                writer.uint32(32).bool(message.outputExceeded);
            if (message.resultExceeded != null && $Object.hasOwnProperty.call(message, "resultExceeded") && message.resultExceeded !== false)
                writer.uint32(40).bool(message.resultExceeded);
            if (message.artifactsExceeded != null && $Object.hasOwnProperty.call(message, "artifactsExceeded") && message.artifactsExceeded !== false)
                writer.uint32(48).bool(message.artifactsExceeded);
            if (message.tmpFull != null && $Object.hasOwnProperty.call(message, "tmpFull") && message.tmpFull !== false)
                writer.uint32(56).bool(message.tmpFull);
            if (message.artifactsSkipped != null && $Object.hasOwnProperty.call(message, "artifactsSkipped") && message.artifactsSkipped !== 0)
                writer.uint32(64).uint32(message.artifactsSkipped);
            if (message.collectUs != null && $Object.hasOwnProperty.call(message, "collectUs") && (typeof message.collectUs === "object" ? message.collectUs.low || message.collectUs.high : message.collectUs !== 0))
                writer.uint32(72).uint64(message.collectUs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Done.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.Done();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.stdoutBytes = value;
                        else
                            delete message.stdoutBytes;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.stderrBytes = value;
                        else
                            delete message.stderrBytes;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.resultBytes = value;
                        else
                            delete message.resultBytes;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.outputExceeded = value;
                        else
                            delete message.outputExceeded;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.resultExceeded = value;
                        else
                            delete message.resultExceeded;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.artifactsExceeded = value;
                        else
                            delete message.artifactsExceeded;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.tmpFull = value;
                        else
                            delete message.tmpFull;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.artifactsSkipped = value;
                        else
                            delete message.artifactsSkipped;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.collectUs = value;
                        else
                            delete message.collectUs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Done;
    })();

    broodbox.JobSpec = (function() {

        const JobSpec = function (properties) {
            this.args = [];
            this.env = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        JobSpec.prototype.code = $util.newBuffer([]);
        JobSpec.prototype.filename = $util.newBuffer([]);
        JobSpec.prototype.args = $util.emptyArray;
        JobSpec.prototype.env = $util.emptyArray;
        JobSpec.prototype.entry = $util.newBuffer([]);

        JobSpec.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code.length)
                writer.uint32(10).bytes(message.code);
            if (message.filename != null && $Object.hasOwnProperty.call(message, "filename") && message.filename.length)
                writer.uint32(18).bytes(message.filename);
            if (message.args != null && message.args.length)
                for (let i = 0; i < message.args.length; ++i)
                    writer.uint32(26).bytes(message.args[i]);
            if (message.env != null && message.env.length)
                for (let i = 0; i < message.env.length; ++i)
                    writer.uint32(34).bytes(message.env[i]);
            if (message.entry != null && $Object.hasOwnProperty.call(message, "entry") && message.entry.length)
                writer.uint32(42).bytes(message.entry);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        JobSpec.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.JobSpec();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.filename = value;
                        else
                            delete message.filename;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.args && message.args.length))
                            message.args = [];
                        message.args.push(reader.bytes());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.env && message.env.length))
                            message.env = [];
                        message.env.push(reader.bytes());
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.entry = value;
                        else
                            delete message.entry;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return JobSpec;
    })();

    broodbox.JobMessage = (function() {

        const JobMessage = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        JobMessage.prototype.resultJson = null;
        JobMessage.prototype.error = null;

        let $oneOfFields;

        $Object.defineProperty(JobMessage.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["resultJson", "error"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        JobMessage.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.resultJson != null && $Object.hasOwnProperty.call(message, "resultJson"))
                writer.uint32(10).bytes(message.resultJson);
            if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                $root.broodbox.JobError.encode(message.error, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        JobMessage.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.JobMessage();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.resultJson = reader.bytes();
                        message.body = "resultJson";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.error = $root.broodbox.JobError.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                        message.body = "error";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return JobMessage;
    })();

    broodbox.JobError = (function() {

        const JobError = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        JobError.prototype.type = "";
        JobError.prototype.message = "";
        JobError.prototype.traceback = "";

        JobError.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                writer.uint32(10).string(message.type);
            if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                writer.uint32(18).string(message.message);
            if (message.traceback != null && $Object.hasOwnProperty.call(message, "traceback") && message.traceback !== "")
                writer.uint32(26).string(message.traceback);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        JobError.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.broodbox.JobError();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.type = value;
                        else
                            delete message.type;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.message = value;
                        else
                            delete message.message;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.traceback = value;
                        else
                            delete message.traceback;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return JobError;
    })();

    return broodbox;
})();

export {
  $root as default
};
