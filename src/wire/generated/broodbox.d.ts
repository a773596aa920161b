/* eslint-disable */
import * as $protobuf from "protobufjs/minimal.js";

/** Namespace broodbox. */
export namespace broodbox {

    /**
     * Properties of a Request.
     * @deprecated Use broodbox.Request.$Properties instead.
     */
    interface IRequest extends broodbox.Request.$Properties {
    }

    /** Represents a Request. */
    class Request {

        /**
         * Constructs a new Request.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Request.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Request defineFilter. */
        defineFilter?: (broodbox.DefineFilter.$Properties|null);

        /** Request definePlan. */
        definePlan?: (broodbox.DefinePlan.$Properties|null);

        /** Request dropPlan. */
        dropPlan?: (broodbox.DropPlan.$Properties|null);

        /** Request openZygote. */
        openZygote?: (broodbox.OpenZygote.$Properties|null);

        /** Request closeZygote. */
        closeZygote?: (broodbox.CloseZygote.$Properties|null);

        /** Request openSandbox. */
        openSandbox?: (broodbox.OpenSandbox.$Properties|null);

        /** Request startJob. */
        startJob?: (broodbox.StartJob.$Properties|null);

        /** Request killJob. */
        killJob?: (broodbox.KillJob.$Properties|null);

        /** Request closeSandbox. */
        closeSandbox?: (broodbox.CloseSandbox.$Properties|null);

        /** Request body. */
        body?: ("defineFilter"|"definePlan"|"dropPlan"|"openZygote"|"closeZygote"|"openSandbox"|"startJob"|"killJob"|"closeSandbox");

        /**
         * Encodes the specified Request message. Does not implicitly {@link broodbox.Request.verify|verify} messages.
         * @param message Request message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Request message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Request & broodbox.Request.$Shape} Request
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Request & broodbox.Request.$Shape;
    }

    namespace Request {

        /** Properties of a Request. */
        interface $Properties {

            /** Request defineFilter */
            defineFilter?: (broodbox.DefineFilter.$Properties|null);

            /** Request definePlan */
            definePlan?: (broodbox.DefinePlan.$Properties|null);

            /** Request dropPlan */
            dropPlan?: (broodbox.DropPlan.$Properties|null);

            /** Request openZygote */
            openZygote?: (broodbox.OpenZygote.$Properties|null);

            /** Request closeZygote */
            closeZygote?: (broodbox.CloseZygote.$Properties|null);

            /** Request openSandbox */
            openSandbox?: (broodbox.OpenSandbox.$Properties|null);

            /** Request startJob */
            startJob?: (broodbox.StartJob.$Properties|null);

            /** Request killJob */
            killJob?: (broodbox.KillJob.$Properties|null);

            /** Request closeSandbox */
            closeSandbox?: (broodbox.CloseSandbox.$Properties|null);

            /** Request body */
            body?: ("defineFilter"|"definePlan"|"dropPlan"|"openZygote"|"closeZygote"|"openSandbox"|"startJob"|"killJob"|"closeSandbox");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a Request. */
        type $Shape = {
          defineFilter?: broodbox.DefineFilter.$Shape|null;
          definePlan?: broodbox.DefinePlan.$Shape|null;
          dropPlan?: broodbox.DropPlan.$Shape|null;
          openZygote?: broodbox.OpenZygote.$Shape|null;
          closeZygote?: broodbox.CloseZygote.$Shape|null;
          openSandbox?: broodbox.OpenSandbox.$Shape|null;
          startJob?: broodbox.StartJob.$Shape|null;
          killJob?: broodbox.KillJob.$Shape|null;
          closeSandbox?: broodbox.CloseSandbox.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "defineFilter"; defineFilter: broodbox.DefineFilter.$Shape; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "definePlan"; defineFilter?: null; definePlan: broodbox.DefinePlan.$Shape; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "dropPlan"; defineFilter?: null; definePlan?: null; dropPlan: broodbox.DropPlan.$Shape; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "openZygote"; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote: broodbox.OpenZygote.$Shape; closeZygote?: null; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "closeZygote"; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote: broodbox.CloseZygote.$Shape; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "openSandbox"; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox: broodbox.OpenSandbox.$Shape; startJob?: null; killJob?: null; closeSandbox?: null }|{ body?: "startJob"; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob: broodbox.StartJob.$Shape; killJob?: null; closeSandbox?: null }|{ body?: "killJob"; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob?: null; killJob: broodbox.KillJob.$Shape; closeSandbox?: null }|{ body?: "closeSandbox"; defineFilter?: null; definePlan?: null; dropPlan?: null; openZygote?: null; closeZygote?: null; openSandbox?: null; startJob?: null; killJob?: null; closeSandbox: broodbox.CloseSandbox.$Shape })
        );
    }

    /**
     * Properties of a DefineFilter.
     * @deprecated Use broodbox.DefineFilter.$Properties instead.
     */
    interface IDefineFilter extends broodbox.DefineFilter.$Properties {
    }

    /** Represents a DefineFilter. */
    class DefineFilter {

        /**
         * Constructs a new DefineFilter.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.DefineFilter.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DefineFilter filterId. */
        filterId: number;

        /** DefineFilter program. */
        program: Uint8Array;

        /** DefineFilter refusals. */
        refusals: Uint8Array;

        /** DefineFilter canaryCall. */
        canaryCall: number;

        /** DefineFilter canaryErrno. */
        canaryErrno: number;

        /** DefineFilter writeExecuteDeny. */
        writeExecuteDeny: boolean;

        /** DefineFilter maxDenials. */
        maxDenials: number;

        /** DefineFilter refusesNetwork. */
        refusesNetwork: boolean;

        /**
         * Encodes the specified DefineFilter message. Does not implicitly {@link broodbox.DefineFilter.verify|verify} messages.
         * @param message DefineFilter message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.DefineFilter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DefineFilter message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.DefineFilter & broodbox.DefineFilter.$Shape} DefineFilter
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.DefineFilter & broodbox.DefineFilter.$Shape;
    }

    namespace DefineFilter {

        /** Properties of a DefineFilter. */
        interface $Properties {

            /** DefineFilter filterId */
            filterId?: (number|null);

            /** DefineFilter program */
            program?: (Uint8Array|null);

            /** DefineFilter refusals */
            refusals?: (Uint8Array|null);

            /** DefineFilter canaryCall */
            canaryCall?: (number|null);

            /** DefineFilter canaryErrno */
            canaryErrno?: (number|null);

            /** DefineFilter writeExecuteDeny */
            writeExecuteDeny?: (boolean|null);

            /** DefineFilter maxDenials */
            maxDenials?: (number|null);

            /** DefineFilter refusesNetwork */
            refusesNetwork?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DefineFilter. */
        type $Shape = broodbox.DefineFilter.$Properties;
    }

    /**
     * Properties of a DefinePlan.
     * @deprecated Use broodbox.DefinePlan.$Properties instead.
     */
    interface IDefinePlan extends broodbox.DefinePlan.$Properties {
    }

    /** Represents a DefinePlan. */
    class DefinePlan {

        /**
         * Constructs a new DefinePlan.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.DefinePlan.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DefinePlan planId. */
        planId: number;

        /** DefinePlan binds. */
        binds: broodbox.Bind.$Properties[];

        /** DefinePlan links. */
        links: broodbox.Link.$Properties[];

        /** DefinePlan tmpBytes. */
        tmpBytes: number;

        /** DefinePlan outBytes. */
        outBytes: number;

        /** DefinePlan outFiles. */
        outFiles: number;

        /**
         * Encodes the specified DefinePlan message. Does not implicitly {@link broodbox.DefinePlan.verify|verify} messages.
         * @param message DefinePlan message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.DefinePlan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DefinePlan message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.DefinePlan & broodbox.DefinePlan.$Shape} DefinePlan
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.DefinePlan & broodbox.DefinePlan.$Shape;
    }

    namespace DefinePlan {

        /** Properties of a DefinePlan. */
        interface $Properties {

            /** DefinePlan planId */
            planId?: (number|null);

            /** DefinePlan binds */
            binds?: (broodbox.Bind.$Properties[]|null);

            /** DefinePlan links */
            links?: (broodbox.Link.$Properties[]|null);

            /** DefinePlan tmpBytes */
            tmpBytes?: (number|null);

            /** DefinePlan outBytes */
            outBytes?: (number|null);

            /** DefinePlan outFiles */
            outFiles?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DefinePlan. */
        type $Shape = broodbox.DefinePlan.$Properties;
    }

    /**
     * Properties of a Bind.
     * @deprecated Use broodbox.Bind.$Properties instead.
     */
    interface IBind extends broodbox.Bind.$Properties {
    }

    /** Represents a Bind. */
    class Bind {

        /**
         * Constructs a new Bind.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Bind.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Bind source. */
        source: Uint8Array;

        /** Bind target. */
        target: Uint8Array;

        /**
         * Encodes the specified Bind message. Does not implicitly {@link broodbox.Bind.verify|verify} messages.
         * @param message Bind message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Bind.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Bind message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Bind & broodbox.Bind.$Shape} Bind
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Bind & broodbox.Bind.$Shape;
    }

    namespace Bind {

        /** Properties of a Bind. */
        interface $Properties {

            /** Bind source */
            source?: (Uint8Array|null);

            /** Bind target */
            target?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Bind. */
        type $Shape = broodbox.Bind.$Properties;
    }

    /**
     * Properties of a Link.
     * @deprecated Use broodbox.Link.$Properties instead.
     */
    interface ILink extends broodbox.Link.$Properties {
    }

    /** Represents a Link. */
    class Link {

        /**
         * Constructs a new Link.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Link.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Link path. */
        path: Uint8Array;

        /** Link content. */
        content: Uint8Array;

        /**
         * Encodes the specified Link message. Does not implicitly {@link broodbox.Link.verify|verify} messages.
         * @param message Link message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Link.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Link message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Link & broodbox.Link.$Shape} Link
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Link & broodbox.Link.$Shape;
    }

    namespace Link {

        /** Properties of a Link. */
        interface $Properties {

            /** Link path */
            path?: (Uint8Array|null);

            /** Link content */
            content?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Link. */
        type $Shape = broodbox.Link.$Properties;
    }

    /**
     * Properties of a DropPlan.
     * @deprecated Use broodbox.DropPlan.$Properties instead.
     */
    interface IDropPlan extends broodbox.DropPlan.$Properties {
    }

    /** Represents a DropPlan. */
    class DropPlan {

        /**
         * Constructs a new DropPlan.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.DropPlan.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DropPlan planId. */
        planId: number;

        /**
         * Encodes the specified DropPlan message. Does not implicitly {@link broodbox.DropPlan.verify|verify} messages.
         * @param message DropPlan message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.DropPlan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DropPlan message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.DropPlan & broodbox.DropPlan.$Shape} DropPlan
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.DropPlan & broodbox.DropPlan.$Shape;
    }

    namespace DropPlan {

        /** Properties of a DropPlan. */
        interface $Properties {

            /** DropPlan planId */
            planId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DropPlan. */
        type $Shape = broodbox.DropPlan.$Properties;
    }

    /**
     * Properties of an OpenZygote.
     * @deprecated Use broodbox.OpenZygote.$Properties instead.
     */
    interface IOpenZygote extends broodbox.OpenZygote.$Properties {
    }

    /** Represents an OpenZygote. */
    class OpenZygote {

        /**
         * Constructs a new OpenZygote.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.OpenZygote.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OpenZygote zygoteId. */
        zygoteId: number;

        /** OpenZygote interpreter. */
        interpreter: Uint8Array;

        /** OpenZygote module. */
        module: Uint8Array;

        /** OpenZygote script. */
        script: Uint8Array;

        /** OpenZygote preload. */
        preload: Uint8Array[];

        /**
         * Encodes the specified OpenZygote message. Does not implicitly {@link broodbox.OpenZygote.verify|verify} messages.
         * @param message OpenZygote message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.OpenZygote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OpenZygote message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.OpenZygote & broodbox.OpenZygote.$Shape} OpenZygote
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.OpenZygote & broodbox.OpenZygote.$Shape;
    }

    namespace OpenZygote {

        /** Properties of an OpenZygote. */
        interface $Properties {

            /** OpenZygote zygoteId */
            zygoteId?: (number|null);

            /** OpenZygote interpreter */
            interpreter?: (Uint8Array|null);

            /** OpenZygote module */
            module?: (Uint8Array|null);

            /** OpenZygote script */
            script?: (Uint8Array|null);

            /** OpenZygote preload */
            preload?: (Uint8Array[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OpenZygote. */
        type $Shape = broodbox.OpenZygote.$Properties;
    }

    /**
     * Properties of a CloseZygote.
     * @deprecated Use broodbox.CloseZygote.$Properties instead.
     */
    interface ICloseZygote extends broodbox.CloseZygote.$Properties {
    }

    /** Represents a CloseZygote. */
    class CloseZygote {

        /**
         * Constructs a new CloseZygote.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.CloseZygote.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CloseZygote zygoteId. */
        zygoteId: number;

        /**
         * Encodes the specified CloseZygote message. Does not implicitly {@link broodbox.CloseZygote.verify|verify} messages.
         * @param message CloseZygote message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.CloseZygote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CloseZygote message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.CloseZygote & broodbox.CloseZygote.$Shape} CloseZygote
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.CloseZygote & broodbox.CloseZygote.$Shape;
    }

    namespace CloseZygote {

        /** Properties of a CloseZygote. */
        interface $Properties {

            /** CloseZygote zygoteId */
            zygoteId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CloseZygote. */
        type $Shape = broodbox.CloseZygote.$Properties;
    }

    /**
     * Properties of an OpenSandbox.
     * @deprecated Use broodbox.OpenSandbox.$Properties instead.
     */
    interface IOpenSandbox extends broodbox.OpenSandbox.$Properties {
    }

    /** Represents an OpenSandbox. */
    class OpenSandbox {

        /**
         * Constructs a new OpenSandbox.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.OpenSandbox.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OpenSandbox sandboxId. */
        sandboxId: number;

        /** OpenSandbox zygoteId. */
        zygoteId: number;

        /** OpenSandbox filterId. */
        filterId: number;

        /** OpenSandbox planId. */
        planId: number;

        /** OpenSandbox nonce. */
        nonce: Uint8Array;

        /** OpenSandbox limits. */
        limits?: (broodbox.Limits.$Properties|null);

        /**
         * Encodes the specified OpenSandbox message. Does not implicitly {@link broodbox.OpenSandbox.verify|verify} messages.
         * @param message OpenSandbox message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.OpenSandbox.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OpenSandbox message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.OpenSandbox & broodbox.OpenSandbox.$Shape} OpenSandbox
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.OpenSandbox & broodbox.OpenSandbox.$Shape;
    }

    namespace OpenSandbox {

        /** Properties of an OpenSandbox. */
        interface $Properties {

            /** OpenSandbox sandboxId */
            sandboxId?: (number|null);

            /** OpenSandbox zygoteId */
            zygoteId?: (number|null);

            /** OpenSandbox filterId */
            filterId?: (number|null);

            /** OpenSandbox planId */
            planId?: (number|null);

            /** OpenSandbox nonce */
            nonce?: (Uint8Array|null);

            /** OpenSandbox limits */
            limits?: (broodbox.Limits.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OpenSandbox. */
        type $Shape = broodbox.OpenSandbox.$Properties;
    }

    /**
     * Properties of a Limits.
     * @deprecated Use broodbox.Limits.$Properties instead.
     */
    interface ILimits extends broodbox.Limits.$Properties {
    }

    /** Represents a Limits. */
    class Limits {

        /**
         * Constructs a new Limits.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Limits.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Limits memoryBytes. */
        memoryBytes: number;

        /** Limits pids. */
        pids: number;

        /** Limits cpuMs. */
        cpuMs: number;

        /** Limits wallMs. */
        wallMs: number;

        /** Limits coresPercent. */
        coresPercent: number;

        /**
         * Encodes the specified Limits message. Does not implicitly {@link broodbox.Limits.verify|verify} messages.
         * @param message Limits message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Limits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Limits message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Limits & broodbox.Limits.$Shape} Limits
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Limits & broodbox.Limits.$Shape;
    }

    namespace Limits {

        /** Properties of a Limits. */
        interface $Properties {

            /** Limits memoryBytes */
            memoryBytes?: (number|null);

            /** Limits pids */
            pids?: (number|null);

            /** Limits cpuMs */
            cpuMs?: (number|null);

            /** Limits wallMs */
            wallMs?: (number|null);

            /** Limits coresPercent */
            coresPercent?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Limits. */
        type $Shape = broodbox.Limits.$Properties;
    }

    /**
     * Properties of a StartJob.
     * @deprecated Use broodbox.StartJob.$Properties instead.
     */
    interface IStartJob extends broodbox.StartJob.$Properties {
    }

    /** Represents a StartJob. */
    class StartJob {

        /**
         * Constructs a new StartJob.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.StartJob.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StartJob sandboxId. */
        sandboxId: number;

        /** StartJob limits. */
        limits?: (broodbox.Limits.$Properties|null);

        /** StartJob collectMs. */
        collectMs: number;

        /**
         * Encodes the specified StartJob message. Does not implicitly {@link broodbox.StartJob.verify|verify} messages.
         * @param message StartJob message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.StartJob.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StartJob message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.StartJob & broodbox.StartJob.$Shape} StartJob
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.StartJob & broodbox.StartJob.$Shape;
    }

    namespace StartJob {

        /** Properties of a StartJob. */
        interface $Properties {

            /** StartJob sandboxId */
            sandboxId?: (number|null);

            /** StartJob limits */
            limits?: (broodbox.Limits.$Properties|null);

            /** StartJob collectMs */
            collectMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StartJob. */
        type $Shape = broodbox.StartJob.$Properties;
    }

    /**
     * Properties of a KillJob.
     * @deprecated Use broodbox.KillJob.$Properties instead.
     */
    interface IKillJob extends broodbox.KillJob.$Properties {
    }

    /** Represents a KillJob. */
    class KillJob {

        /**
         * Constructs a new KillJob.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.KillJob.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** KillJob sandboxId. */
        sandboxId: number;

        /**
         * Encodes the specified KillJob message. Does not implicitly {@link broodbox.KillJob.verify|verify} messages.
         * @param message KillJob message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.KillJob.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a KillJob message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.KillJob & broodbox.KillJob.$Shape} KillJob
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.KillJob & broodbox.KillJob.$Shape;
    }

    namespace KillJob {

        /** Properties of a KillJob. */
        interface $Properties {

            /** KillJob sandboxId */
            sandboxId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a KillJob. */
        type $Shape = broodbox.KillJob.$Properties;
    }

    /**
     * Properties of a CloseSandbox.
     * @deprecated Use broodbox.CloseSandbox.$Properties instead.
     */
    interface ICloseSandbox extends broodbox.CloseSandbox.$Properties {
    }

    /** Represents a CloseSandbox. */
    class CloseSandbox {

        /**
         * Constructs a new CloseSandbox.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.CloseSandbox.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CloseSandbox sandboxId. */
        sandboxId: number;

        /**
         * Encodes the specified CloseSandbox message. Does not implicitly {@link broodbox.CloseSandbox.verify|verify} messages.
         * @param message CloseSandbox message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.CloseSandbox.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CloseSandbox message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.CloseSandbox & broodbox.CloseSandbox.$Shape} CloseSandbox
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.CloseSandbox & broodbox.CloseSandbox.$Shape;
    }

    namespace CloseSandbox {

        /** Properties of a CloseSandbox. */
        interface $Properties {

            /** CloseSandbox sandboxId */
            sandboxId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CloseSandbox. */
        type $Shape = broodbox.CloseSandbox.$Properties;
    }

    /**
     * Properties of an Event.
     * @deprecated Use broodbox.Event.$Properties instead.
     */
    interface IEvent extends broodbox.Event.$Properties {
    }

    /** Represents an Event. */
    class Event {

        /**
         * Constructs a new Event.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Event.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Event hello. */
        hello?: (broodbox.Hello.$Properties|null);

        /** Event zygoteReady. */
        zygoteReady?: (broodbox.ZygoteReady.$Properties|null);

        /** Event zygoteGone. */
        zygoteGone?: (broodbox.ZygoteGone.$Properties|null);

        /** Event sandboxReady. */
        sandboxReady?: (broodbox.SandboxReady.$Properties|null);

        /** Event limitsApplied. */
        limitsApplied?: (broodbox.LimitsApplied.$Properties|null);

        /** Event jobExited. */
        jobExited?: (broodbox.JobExited.$Properties|null);

        /** Event sandboxClosed. */
        sandboxClosed?: (broodbox.SandboxClosed.$Properties|null);

        /** Event fault. */
        fault?: (broodbox.Fault.$Properties|null);

        /** Event body. */
        body?: ("hello"|"zygoteReady"|"zygoteGone"|"sandboxReady"|"limitsApplied"|"jobExited"|"sandboxClosed"|"fault");

        /**
         * Encodes the specified Event message. Does not implicitly {@link broodbox.Event.verify|verify} messages.
         * @param message Event message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Event message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Event & broodbox.Event.$Shape} Event
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Event & broodbox.Event.$Shape;
    }

    namespace Event {

        /** Properties of an Event. */
        interface $Properties {

            /** Event hello */
            hello?: (broodbox.Hello.$Properties|null);

            /** Event zygoteReady */
            zygoteReady?: (broodbox.ZygoteReady.$Properties|null);

            /** Event zygoteGone */
            zygoteGone?: (broodbox.ZygoteGone.$Properties|null);

            /** Event sandboxReady */
            sandboxReady?: (broodbox.SandboxReady.$Properties|null);

            /** Event limitsApplied */
            limitsApplied?: (broodbox.LimitsApplied.$Properties|null);

            /** Event jobExited */
            jobExited?: (broodbox.JobExited.$Properties|null);

            /** Event sandboxClosed */
            sandboxClosed?: (broodbox.SandboxClosed.$Properties|null);

            /** Event fault */
            fault?: (broodbox.Fault.$Properties|null);

            /** Event body */
            body?: ("hello"|"zygoteReady"|"zygoteGone"|"sandboxReady"|"limitsApplied"|"jobExited"|"sandboxClosed"|"fault");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of an Event. */
        type $Shape = {
          hello?: broodbox.Hello.$Shape|null;
          zygoteReady?: broodbox.ZygoteReady.$Shape|null;
          zygoteGone?: broodbox.ZygoteGone.$Shape|null;
          sandboxReady?: broodbox.SandboxReady.$Shape|null;
          limitsApplied?: broodbox.LimitsApplied.$Shape|null;
          jobExited?: broodbox.JobExited.$Shape|null;
          sandboxClosed?: broodbox.SandboxClosed.$Shape|null;
          fault?: broodbox.Fault.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; hello?: null; zygoteReady?: null; zygoteGone?: null; sandboxReady?: null; limitsApplied?: null; jobExited?: null; sandboxClosed?: null; fault?: null }|{ body?: "hello"; hello: broodbox.Hello.$Shape; zygoteReady?: null; zygoteGone?: null; sandboxReady?: null; limitsApplied?: null; jobExited?: null; sandboxClosed?: null; fault?: null }|{ body?: "zygoteReady"; hello?: null; zygoteReady: broodbox.ZygoteReady.$Shape; zygoteGone?: null; sandboxReady?: null; limitsApplied?: null; jobExited?: null; sandboxClosed?: null; fault?: null }|{ body?: "zygoteGone"; hello?: null; zygoteReady?: null; zygoteGone: broodbox.ZygoteGone.$Shape; sandboxReady?: null; limitsApplied?: null; jobExited?: null; sandboxClosed?: null; fault?: null }|{ body?: "sandboxReady"; hello?: null; zygoteReady?: null; zygoteGone?: null; sandboxReady: broodbox.SandboxReady.$Shape; limitsApplied?: null; jobExited?: null; sandboxClosed?: null; fault?: null }|{ body?: "limitsApplied"; hello?: null; zygoteReady?: null; zygoteGone?: null; sandboxReady?: null; limitsApplied: broodbox.LimitsApplied.$Shape; jobExited?: null; sandboxClosed?: null; fault?: null }|{ body?: "jobExited"; hello?: null; zygoteReady?: null; zygoteGone?: null; sandboxReady?: null; limitsApplied?: null; jobExited: broodbox.JobExited.$Shape; sandboxClosed?: null; fault?: null }|{ body?: "sandboxClosed"; hello?: null; zygoteReady?: null; zygoteGone?: null; sandboxReady?: null; limitsApplied?: null; jobExited?: null; sandboxClosed: broodbox.SandboxClosed.$Shape; fault?: null }|{ body?: "fault"; hello?: null; zygoteReady?: null; zygoteGone?: null; sandboxReady?: null; limitsApplied?: null; jobExited?: null; sandboxClosed?: null; fault: broodbox.Fault.$Shape })
        );
    }

    /**
     * Properties of a Hello.
     * @deprecated Use broodbox.Hello.$Properties instead.
     */
    interface IHello extends broodbox.Hello.$Properties {
    }

    /** Represents a Hello. */
    class Hello {

        /**
         * Constructs a new Hello.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Hello.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Hello protocol. */
        protocol: number;

        /** Hello idMode. */
        idMode: string;

        /** Hello memoryCgroup. */
        memoryCgroup: string;

        /** Hello pidsCgroup. */
        pidsCgroup: string;

        /** Hello cpuCgroup. */
        cpuCgroup: string;

        /** Hello landlockAbi. */
        landlockAbi: number;

        /**
         * Encodes the specified Hello message. Does not implicitly {@link broodbox.Hello.verify|verify} messages.
         * @param message Hello message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Hello message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Hello & broodbox.Hello.$Shape} Hello
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Hello & broodbox.Hello.$Shape;
    }

    namespace Hello {

        /** Properties of a Hello. */
        interface $Properties {

            /** Hello protocol */
            protocol?: (number|null);

            /** Hello idMode */
            idMode?: (string|null);

            /** Hello memoryCgroup */
            memoryCgroup?: (string|null);

            /** Hello pidsCgroup */
            pidsCgroup?: (string|null);

            /** Hello cpuCgroup */
            cpuCgroup?: (string|null);

            /** Hello landlockAbi */
            landlockAbi?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Hello. */
        type $Shape = broodbox.Hello.$Properties;
    }

    /**
     * Properties of a ZygoteReady.
     * @deprecated Use broodbox.ZygoteReady.$Properties instead.
     */
    interface IZygoteReady extends broodbox.ZygoteReady.$Properties {
    }

    /** Represents a ZygoteReady. */
    class ZygoteReady {

        /**
         * Constructs a new ZygoteReady.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.ZygoteReady.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ZygoteReady zygoteId. */
        zygoteId: number;

        /** ZygoteReady pid. */
        pid: number;

        /** ZygoteReady preloadUs. */
        preloadUs: number;

        /**
         * Encodes the specified ZygoteReady message. Does not implicitly {@link broodbox.ZygoteReady.verify|verify} messages.
         * @param message ZygoteReady message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.ZygoteReady.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ZygoteReady message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.ZygoteReady & broodbox.ZygoteReady.$Shape} ZygoteReady
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.ZygoteReady & broodbox.ZygoteReady.$Shape;
    }

    namespace ZygoteReady {

        /** Properties of a ZygoteReady. */
        interface $Properties {

            /** ZygoteReady zygoteId */
            zygoteId?: (number|null);

            /** ZygoteReady pid */
            pid?: (number|null);

            /** ZygoteReady preloadUs */
            preloadUs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ZygoteReady. */
        type $Shape = broodbox.ZygoteReady.$Properties;
    }

    /**
     * Properties of a ZygoteGone.
     * @deprecated Use broodbox.ZygoteGone.$Properties instead.
     */
    interface IZygoteGone extends broodbox.ZygoteGone.$Properties {
    }

    /** Represents a ZygoteGone. */
    class ZygoteGone {

        /**
         * Constructs a new ZygoteGone.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.ZygoteGone.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ZygoteGone zygoteId. */
        zygoteId: number;

        /** ZygoteGone exitCode. */
        exitCode: number;

        /** ZygoteGone signal. */
        signal: number;

        /** ZygoteGone reason. */
        reason: Uint8Array;

        /**
         * Encodes the specified ZygoteGone message. Does not implicitly {@link broodbox.ZygoteGone.verify|verify} messages.
         * @param message ZygoteGone message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.ZygoteGone.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ZygoteGone message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.ZygoteGone & broodbox.ZygoteGone.$Shape} ZygoteGone
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.ZygoteGone & broodbox.ZygoteGone.$Shape;
    }

    namespace ZygoteGone {

        /** Properties of a ZygoteGone. */
        interface $Properties {

            /** ZygoteGone zygoteId */
            zygoteId?: (number|null);

            /** ZygoteGone exitCode */
            exitCode?: (number|null);

            /** ZygoteGone signal */
            signal?: (number|null);

            /** ZygoteGone reason */
            reason?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ZygoteGone. */
        type $Shape = broodbox.ZygoteGone.$Properties;
    }

    /**
     * Properties of a SandboxReady.
     * @deprecated Use broodbox.SandboxReady.$Properties instead.
     */
    interface ISandboxReady extends broodbox.SandboxReady.$Properties {
    }

    /** Represents a SandboxReady. */
    class SandboxReady {

        /**
         * Constructs a new SandboxReady.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.SandboxReady.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SandboxReady sandboxId. */
        sandboxId: number;

        /** SandboxReady layers. */
        layers: broodbox.Layer.$Properties[];

        /** SandboxReady steps. */
        steps: broodbox.StepTime.$Properties[];

        /** SandboxReady attested. */
        attested: boolean;

        /**
         * Encodes the specified SandboxReady message. Does not implicitly {@link broodbox.SandboxReady.verify|verify} messages.
         * @param message SandboxReady message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.SandboxReady.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SandboxReady message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.SandboxReady & broodbox.SandboxReady.$Shape} SandboxReady
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.SandboxReady & broodbox.SandboxReady.$Shape;
    }

    namespace SandboxReady {

        /** Properties of a SandboxReady. */
        interface $Properties {

            /** SandboxReady sandboxId */
            sandboxId?: (number|null);

            /** SandboxReady layers */
            layers?: (broodbox.Layer.$Properties[]|null);

            /** SandboxReady steps */
            steps?: (broodbox.StepTime.$Properties[]|null);

            /** SandboxReady attested */
            attested?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SandboxReady. */
        type $Shape = broodbox.SandboxReady.$Properties;
    }

    /** LayerState enum. */
    enum LayerState {

        /** OFF value */
        OFF = 0,

        /** DEGRADED value */
        DEGRADED = 1,

        /** ON value */
        ON = 2
    }

    /**
     * Properties of a Layer.
     * @deprecated Use broodbox.Layer.$Properties instead.
     */
    interface ILayer extends broodbox.Layer.$Properties {
    }

    /** Represents a Layer. */
    class Layer {

        /**
         * Constructs a new Layer.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Layer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Layer name. */
        name: string;

        /** Layer state. */
        state: broodbox.LayerState;

        /**
         * Encodes the specified Layer message. Does not implicitly {@link broodbox.Layer.verify|verify} messages.
         * @param message Layer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Layer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Layer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Layer & broodbox.Layer.$Shape} Layer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Layer & broodbox.Layer.$Shape;
    }

    namespace Layer {

        /** Properties of a Layer. */
        interface $Properties {

            /** Layer name */
            name?: (string|null);

            /** Layer state */
            state?: (broodbox.LayerState|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Layer. */
        type $Shape = broodbox.Layer.$Properties;
    }

    /**
     * Properties of a StepTime.
     * @deprecated Use broodbox.StepTime.$Properties instead.
     */
    interface IStepTime extends broodbox.StepTime.$Properties {
    }

    /** Represents a StepTime. */
    class StepTime {

        /**
         * Constructs a new StepTime.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.StepTime.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StepTime step. */
        step: string;

        /** StepTime us. */
        us: number;

        /**
         * Encodes the specified StepTime message. Does not implicitly {@link broodbox.StepTime.verify|verify} messages.
         * @param message StepTime message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.StepTime.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StepTime message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.StepTime & broodbox.StepTime.$Shape} StepTime
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.StepTime & broodbox.StepTime.$Shape;
    }

    namespace StepTime {

        /** Properties of a StepTime. */
        interface $Properties {

            /** StepTime step */
            step?: (string|null);

            /** StepTime us */
            us?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StepTime. */
        type $Shape = broodbox.StepTime.$Properties;
    }

    /**
     * Properties of a LimitsApplied.
     * @deprecated Use broodbox.LimitsApplied.$Properties instead.
     */
    interface ILimitsApplied extends broodbox.LimitsApplied.$Properties {
    }

    /** Represents a LimitsApplied. */
    class LimitsApplied {

        /**
         * Constructs a new LimitsApplied.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.LimitsApplied.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LimitsApplied sandboxId. */
        sandboxId: number;

        /**
         * Encodes the specified LimitsApplied message. Does not implicitly {@link broodbox.LimitsApplied.verify|verify} messages.
         * @param message LimitsApplied message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.LimitsApplied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LimitsApplied message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.LimitsApplied & broodbox.LimitsApplied.$Shape} LimitsApplied
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.LimitsApplied & broodbox.LimitsApplied.$Shape;
    }

    namespace LimitsApplied {

        /** Properties of a LimitsApplied. */
        interface $Properties {

            /** LimitsApplied sandboxId */
            sandboxId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LimitsApplied. */
        type $Shape = broodbox.LimitsApplied.$Properties;
    }

    /** Trigger enum. */
    enum Trigger {

        /** NONE value */
        NONE = 0,

        /** WALL value */
        WALL = 1,

        /** CPU value */
        CPU = 2,

        /** MEMORY value */
        MEMORY = 3,

        /** DENIALS value */
        DENIALS = 4,

        /** REQUESTED value */
        REQUESTED = 5,

        /** OUTPUT value */
        OUTPUT = 6
    }

    /**
     * Properties of a JobExited.
     * @deprecated Use broodbox.JobExited.$Properties instead.
     */
    interface IJobExited extends broodbox.JobExited.$Properties {
    }

    /** Represents a JobExited. */
    class JobExited {

        /**
         * Constructs a new JobExited.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.JobExited.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JobExited sandboxId. */
        sandboxId: number;

        /** JobExited started. */
        started: boolean;

        /** JobExited exitCode. */
        exitCode: number;

        /** JobExited signal. */
        signal: number;

        /** JobExited coreDumped. */
        coreDumped: boolean;

        /** JobExited trigger. */
        trigger: broodbox.Trigger;

        /** JobExited usage. */
        usage?: (broodbox.Usage.$Properties|null);

        /** JobExited denials. */
        denials: broodbox.Denial.$Properties[];

        /** JobExited deniedTotal. */
        deniedTotal: number;

        /** JobExited deniedTruncated. */
        deniedTruncated: boolean;

        /**
         * Encodes the specified JobExited message. Does not implicitly {@link broodbox.JobExited.verify|verify} messages.
         * @param message JobExited message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.JobExited.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JobExited message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.JobExited & broodbox.JobExited.$Shape} JobExited
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.JobExited & broodbox.JobExited.$Shape;
    }

    namespace JobExited {

        /** Properties of a JobExited. */
        interface $Properties {

            /** JobExited sandboxId */
            sandboxId?: (number|null);

            /** JobExited started */
            started?: (boolean|null);

            /** JobExited exitCode */
            exitCode?: (number|null);

            /** JobExited signal */
            signal?: (number|null);

            /** JobExited coreDumped */
            coreDumped?: (boolean|null);

            /** JobExited trigger */
            trigger?: (broodbox.Trigger|null);

            /** JobExited usage */
            usage?: (broodbox.Usage.$Properties|null);

            /** JobExited denials */
            denials?: (broodbox.Denial.$Properties[]|null);

            /** JobExited deniedTotal */
            deniedTotal?: (number|null);

            /** JobExited deniedTruncated */
            deniedTruncated?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a JobExited. */
        type $Shape = broodbox.JobExited.$Properties;
    }

    /**
     * Properties of a Usage.
     * @deprecated Use broodbox.Usage.$Properties instead.
     */
    interface IUsage extends broodbox.Usage.$Properties {
    }

    /** Represents a Usage. */
    class Usage {

        /**
         * Constructs a new Usage.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Usage.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Usage wallUs. */
        wallUs: number;

        /** Usage cpuUs. */
        cpuUs: number;

        /** Usage memoryPeakBytes. */
        memoryPeakBytes: number;

        /** Usage processesPeak. */
        processesPeak: number;

        /** Usage oomKills. */
        oomKills: number;

        /** Usage pidsRefused. */
        pidsRefused: number;

        /**
         * Encodes the specified Usage message. Does not implicitly {@link broodbox.Usage.verify|verify} messages.
         * @param message Usage message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Usage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Usage message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Usage & broodbox.Usage.$Shape} Usage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Usage & broodbox.Usage.$Shape;
    }

    namespace Usage {

        /** Properties of a Usage. */
        interface $Properties {

            /** Usage wallUs */
            wallUs?: (number|null);

            /** Usage cpuUs */
            cpuUs?: (number|null);

            /** Usage memoryPeakBytes */
            memoryPeakBytes?: (number|null);

            /** Usage processesPeak */
            processesPeak?: (number|null);

            /** Usage oomKills */
            oomKills?: (number|null);

            /** Usage pidsRefused */
            pidsRefused?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Usage. */
        type $Shape = broodbox.Usage.$Properties;
    }

    /**
     * Properties of a Denial.
     * @deprecated Use broodbox.Denial.$Properties instead.
     */
    interface IDenial extends broodbox.Denial.$Properties {
    }

    /** Represents a Denial. */
    class Denial {

        /**
         * Constructs a new Denial.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Denial.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Denial call. */
        call: number;

        /** Denial error. */
        error: number;

        /** Denial count. */
        count: number;

        /** Denial args. */
        args: Uint8Array;

        /**
         * Encodes the specified Denial message. Does not implicitly {@link broodbox.Denial.verify|verify} messages.
         * @param message Denial message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Denial.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Denial message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Denial & broodbox.Denial.$Shape} Denial
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Denial & broodbox.Denial.$Shape;
    }

    namespace Denial {

        /** Properties of a Denial. */
        interface $Properties {

            /** Denial call */
            call?: (number|null);

            /** Denial error */
            error?: (number|null);

            /** Denial count */
            count?: (number|null);

            /** Denial args */
            args?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Denial. */
        type $Shape = broodbox.Denial.$Properties;
    }

    /**
     * Properties of a SandboxClosed.
     * @deprecated Use broodbox.SandboxClosed.$Properties instead.
     */
    interface ISandboxClosed extends broodbox.SandboxClosed.$Properties {
    }

    /** Represents a SandboxClosed. */
    class SandboxClosed {

        /**
         * Constructs a new SandboxClosed.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.SandboxClosed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SandboxClosed sandboxId. */
        sandboxId: number;

        /**
         * Encodes the specified SandboxClosed message. Does not implicitly {@link broodbox.SandboxClosed.verify|verify} messages.
         * @param message SandboxClosed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.SandboxClosed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SandboxClosed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.SandboxClosed & broodbox.SandboxClosed.$Shape} SandboxClosed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.SandboxClosed & broodbox.SandboxClosed.$Shape;
    }

    namespace SandboxClosed {

        /** Properties of a SandboxClosed. */
        interface $Properties {

            /** SandboxClosed sandboxId */
            sandboxId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SandboxClosed. */
        type $Shape = broodbox.SandboxClosed.$Properties;
    }

    /**
     * Properties of a Fault.
     * @deprecated Use broodbox.Fault.$Properties instead.
     */
    interface IFault extends broodbox.Fault.$Properties {
    }

    /** Represents a Fault. */
    class Fault {

        /**
         * Constructs a new Fault.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Fault.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Fault sandboxId. */
        sandboxId: number;

        /** Fault zygoteId. */
        zygoteId: number;

        /** Fault step. */
        step: string;

        /** Fault error. */
        error: number;

        /** Fault detail. */
        detail: Uint8Array;

        /**
         * Encodes the specified Fault message. Does not implicitly {@link broodbox.Fault.verify|verify} messages.
         * @param message Fault message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Fault.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Fault message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Fault & broodbox.Fault.$Shape} Fault
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Fault & broodbox.Fault.$Shape;
    }

    namespace Fault {

        /** Properties of a Fault. */
        interface $Properties {

            /** Fault sandboxId */
            sandboxId?: (number|null);

            /** Fault zygoteId */
            zygoteId?: (number|null);

            /** Fault step */
            step?: (string|null);

            /** Fault error */
            error?: (number|null);

            /** Fault detail */
            detail?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Fault. */
        type $Shape = broodbox.Fault.$Properties;
    }

    /**
     * Properties of a ToInit.
     * @deprecated Use broodbox.ToInit.$Properties instead.
     */
    interface IToInit extends broodbox.ToInit.$Properties {
    }

    /** Represents a ToInit. */
    class ToInit {

        /**
         * Constructs a new ToInit.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.ToInit.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ToInit file. */
        file?: (broodbox.FileChunk.$Properties|null);

        /** ToInit run. */
        run?: (broodbox.RunJob.$Properties|null);

        /** ToInit spec. */
        spec?: (broodbox.SpecChunk.$Properties|null);

        /** ToInit stdin. */
        stdin?: (broodbox.StdinChunk.$Properties|null);

        /** ToInit body. */
        body?: ("file"|"run"|"spec"|"stdin");

        /**
         * Encodes the specified ToInit message. Does not implicitly {@link broodbox.ToInit.verify|verify} messages.
         * @param message ToInit message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.ToInit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ToInit message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.ToInit & broodbox.ToInit.$Shape} ToInit
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.ToInit & broodbox.ToInit.$Shape;
    }

    namespace ToInit {

        /** Properties of a ToInit. */
        interface $Properties {

            /** ToInit file */
            file?: (broodbox.FileChunk.$Properties|null);

            /** ToInit run */
            run?: (broodbox.RunJob.$Properties|null);

            /** ToInit spec */
            spec?: (broodbox.SpecChunk.$Properties|null);

            /** ToInit stdin */
            stdin?: (broodbox.StdinChunk.$Properties|null);

            /** ToInit body */
            body?: ("file"|"run"|"spec"|"stdin");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ToInit. */
        type $Shape = {
          file?: broodbox.FileChunk.$Shape|null;
          run?: broodbox.RunJob.$Shape|null;
          spec?: broodbox.SpecChunk.$Shape|null;
          stdin?: broodbox.StdinChunk.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; file?: null; run?: null; spec?: null; stdin?: null }|{ body?: "file"; file: broodbox.FileChunk.$Shape; run?: null; spec?: null; stdin?: null }|{ body?: "run"; file?: null; run: broodbox.RunJob.$Shape; spec?: null; stdin?: null }|{ body?: "spec"; file?: null; run?: null; spec: broodbox.SpecChunk.$Shape; stdin?: null }|{ body?: "stdin"; file?: null; run?: null; spec?: null; stdin: broodbox.StdinChunk.$Shape })
        );
    }

    /**
     * Properties of a FileChunk.
     * @deprecated Use broodbox.FileChunk.$Properties instead.
     */
    interface IFileChunk extends broodbox.FileChunk.$Properties {
    }

    /** Represents a FileChunk. */
    class FileChunk {

        /**
         * Constructs a new FileChunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.FileChunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FileChunk name. */
        name: Uint8Array;

        /** FileChunk data. */
        data: Uint8Array;

        /** FileChunk last. */
        last: boolean;

        /**
         * Encodes the specified FileChunk message. Does not implicitly {@link broodbox.FileChunk.verify|verify} messages.
         * @param message FileChunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.FileChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FileChunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.FileChunk & broodbox.FileChunk.$Shape} FileChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.FileChunk & broodbox.FileChunk.$Shape;
    }

    namespace FileChunk {

        /** Properties of a FileChunk. */
        interface $Properties {

            /** FileChunk name */
            name?: (Uint8Array|null);

            /** FileChunk data */
            data?: (Uint8Array|null);

            /** FileChunk last */
            last?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FileChunk. */
        type $Shape = broodbox.FileChunk.$Properties;
    }

    /**
     * Properties of a RunJob.
     * @deprecated Use broodbox.RunJob.$Properties instead.
     */
    interface IRunJob extends broodbox.RunJob.$Properties {
    }

    /** Represents a RunJob. */
    class RunJob {

        /**
         * Constructs a new RunJob.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.RunJob.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RunJob stdoutBytes. */
        stdoutBytes: number;

        /** RunJob stderrBytes. */
        stderrBytes: number;

        /** RunJob resultBytes. */
        resultBytes: number;

        /** RunJob artifactBytes. */
        artifactBytes: number;

        /** RunJob artifactFiles. */
        artifactFiles: number;

        /**
         * Encodes the specified RunJob message. Does not implicitly {@link broodbox.RunJob.verify|verify} messages.
         * @param message RunJob message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.RunJob.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RunJob message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.RunJob & broodbox.RunJob.$Shape} RunJob
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.RunJob & broodbox.RunJob.$Shape;
    }

    namespace RunJob {

        /** Properties of a RunJob. */
        interface $Properties {

            /** RunJob stdoutBytes */
            stdoutBytes?: (number|null);

            /** RunJob stderrBytes */
            stderrBytes?: (number|null);

            /** RunJob resultBytes */
            resultBytes?: (number|null);

            /** RunJob artifactBytes */
            artifactBytes?: (number|null);

            /** RunJob artifactFiles */
            artifactFiles?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RunJob. */
        type $Shape = broodbox.RunJob.$Properties;
    }

    /**
     * Properties of a SpecChunk.
     * @deprecated Use broodbox.SpecChunk.$Properties instead.
     */
    interface ISpecChunk extends broodbox.SpecChunk.$Properties {
    }

    /** Represents a SpecChunk. */
    class SpecChunk {

        /**
         * Constructs a new SpecChunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.SpecChunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SpecChunk data. */
        data: Uint8Array;

        /** SpecChunk last. */
        last: boolean;

        /**
         * Encodes the specified SpecChunk message. Does not implicitly {@link broodbox.SpecChunk.verify|verify} messages.
         * @param message SpecChunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.SpecChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SpecChunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.SpecChunk & broodbox.SpecChunk.$Shape} SpecChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.SpecChunk & broodbox.SpecChunk.$Shape;
    }

    namespace SpecChunk {

        /** Properties of a SpecChunk. */
        interface $Properties {

            /** SpecChunk data */
            data?: (Uint8Array|null);

            /** SpecChunk last */
            last?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SpecChunk. */
        type $Shape = broodbox.SpecChunk.$Properties;
    }

    /**
     * Properties of a StdinChunk.
     * @deprecated Use broodbox.StdinChunk.$Properties instead.
     */
    interface IStdinChunk extends broodbox.StdinChunk.$Properties {
    }

    /** Represents a StdinChunk. */
    class StdinChunk {

        /**
         * Constructs a new StdinChunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.StdinChunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StdinChunk data. */
        data: Uint8Array;

        /** StdinChunk last. */
        last: boolean;

        /**
         * Encodes the specified StdinChunk message. Does not implicitly {@link broodbox.StdinChunk.verify|verify} messages.
         * @param message StdinChunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.StdinChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StdinChunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.StdinChunk & broodbox.StdinChunk.$Shape} StdinChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.StdinChunk & broodbox.StdinChunk.$Shape;
    }

    namespace StdinChunk {

        /** Properties of a StdinChunk. */
        interface $Properties {

            /** StdinChunk data */
            data?: (Uint8Array|null);

            /** StdinChunk last */
            last?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StdinChunk. */
        type $Shape = broodbox.StdinChunk.$Properties;
    }

    /**
     * Properties of a FromInit.
     * @deprecated Use broodbox.FromInit.$Properties instead.
     */
    interface IFromInit extends broodbox.FromInit.$Properties {
    }

    /** Represents a FromInit. */
    class FromInit {

        /**
         * Constructs a new FromInit.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.FromInit.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FromInit introduction. */
        introduction?: (broodbox.Introduction.$Properties|null);

        /** FromInit output. */
        output?: (broodbox.Output.$Properties|null);

        /** FromInit artifact. */
        artifact?: (broodbox.ArtifactChunk.$Properties|null);

        /** FromInit done. */
        done?: (broodbox.Done.$Properties|null);

        /** FromInit fault. */
        fault?: (broodbox.Fault.$Properties|null);

        /** FromInit body. */
        body?: ("introduction"|"output"|"artifact"|"done"|"fault");

        /**
         * Encodes the specified FromInit message. Does not implicitly {@link broodbox.FromInit.verify|verify} messages.
         * @param message FromInit message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.FromInit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FromInit message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.FromInit & broodbox.FromInit.$Shape} FromInit
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.FromInit & broodbox.FromInit.$Shape;
    }

    namespace FromInit {

        /** Properties of a FromInit. */
        interface $Properties {

            /** FromInit introduction */
            introduction?: (broodbox.Introduction.$Properties|null);

            /** FromInit output */
            output?: (broodbox.Output.$Properties|null);

            /** FromInit artifact */
            artifact?: (broodbox.ArtifactChunk.$Properties|null);

            /** FromInit done */
            done?: (broodbox.Done.$Properties|null);

            /** FromInit fault */
            fault?: (broodbox.Fault.$Properties|null);

            /** FromInit body */
            body?: ("introduction"|"output"|"artifact"|"done"|"fault");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a FromInit. */
        type $Shape = {
          introduction?: broodbox.Introduction.$Shape|null;
          output?: broodbox.Output.$Shape|null;
          artifact?: broodbox.ArtifactChunk.$Shape|null;
          done?: broodbox.Done.$Shape|null;
          fault?: broodbox.Fault.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; introduction?: null; output?: null; artifact?: null; done?: null; fault?: null }|{ body?: "introduction"; introduction: broodbox.Introduction.$Shape; output?: null; artifact?: null; done?: null; fault?: null }|{ body?: "output"; introduction?: null; output: broodbox.Output.$Shape; artifact?: null; done?: null; fault?: null }|{ body?: "artifact"; introduction?: null; output?: null; artifact: broodbox.ArtifactChunk.$Shape; done?: null; fault?: null }|{ body?: "done"; introduction?: null; output?: null; artifact?: null; done: broodbox.Done.$Shape; fault?: null }|{ body?: "fault"; introduction?: null; output?: null; artifact?: null; done?: null; fault: broodbox.Fault.$Shape })
        );
    }

    /**
     * Properties of an Introduction.
     * @deprecated Use broodbox.Introduction.$Properties instead.
     */
    interface IIntroduction extends broodbox.Introduction.$Properties {
    }

    /** Represents an Introduction. */
    class Introduction {

        /**
         * Constructs a new Introduction.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Introduction.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Introduction sandboxId. */
        sandboxId: number;

        /** Introduction nonce. */
        nonce: Uint8Array;

        /**
         * Encodes the specified Introduction message. Does not implicitly {@link broodbox.Introduction.verify|verify} messages.
         * @param message Introduction message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Introduction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Introduction message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Introduction & broodbox.Introduction.$Shape} Introduction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Introduction & broodbox.Introduction.$Shape;
    }

    namespace Introduction {

        /** Properties of an Introduction. */
        interface $Properties {

            /** Introduction sandboxId */
            sandboxId?: (number|null);

            /** Introduction nonce */
            nonce?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Introduction. */
        type $Shape = broodbox.Introduction.$Properties;
    }

    /** Stream enum. */
    enum Stream {

        /** STDOUT value */
        STDOUT = 0,

        /** STDERR value */
        STDERR = 1,

        /** RESULT value */
        RESULT = 2
    }

    /**
     * Properties of an Output.
     * @deprecated Use broodbox.Output.$Properties instead.
     */
    interface IOutput extends broodbox.Output.$Properties {
    }

    /** Represents an Output. */
    class Output {

        /**
         * Constructs a new Output.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Output.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Output stream. */
        stream: broodbox.Stream;

        /** Output data. */
        data: Uint8Array;

        /**
         * Encodes the specified Output message. Does not implicitly {@link broodbox.Output.verify|verify} messages.
         * @param message Output message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Output.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Output message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Output & broodbox.Output.$Shape} Output
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Output & broodbox.Output.$Shape;
    }

    namespace Output {

        /** Properties of an Output. */
        interface $Properties {

            /** Output stream */
            stream?: (broodbox.Stream|null);

            /** Output data */
            data?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Output. */
        type $Shape = broodbox.Output.$Properties;
    }

    /**
     * Properties of an ArtifactChunk.
     * @deprecated Use broodbox.ArtifactChunk.$Properties instead.
     */
    interface IArtifactChunk extends broodbox.ArtifactChunk.$Properties {
    }

    /** Represents an ArtifactChunk. */
    class ArtifactChunk {

        /**
         * Constructs a new ArtifactChunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.ArtifactChunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ArtifactChunk name. */
        name: Uint8Array;

        /** ArtifactChunk data. */
        data: Uint8Array;

        /** ArtifactChunk last. */
        last: boolean;

        /** ArtifactChunk skipped. */
        skipped: string;

        /**
         * Encodes the specified ArtifactChunk message. Does not implicitly {@link broodbox.ArtifactChunk.verify|verify} messages.
         * @param message ArtifactChunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.ArtifactChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ArtifactChunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.ArtifactChunk & broodbox.ArtifactChunk.$Shape} ArtifactChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.ArtifactChunk & broodbox.ArtifactChunk.$Shape;
    }

    namespace ArtifactChunk {

        /** Properties of an ArtifactChunk. */
        interface $Properties {

            /** ArtifactChunk name */
            name?: (Uint8Array|null);

            /** ArtifactChunk data */
            data?: (Uint8Array|null);

            /** ArtifactChunk last */
            last?: (boolean|null);

            /** ArtifactChunk skipped */
            skipped?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ArtifactChunk. */
        type $Shape = broodbox.ArtifactChunk.$Properties;
    }

    /**
     * Properties of a Done.
     * @deprecated Use broodbox.Done.$Properties instead.
     */
    interface IDone extends broodbox.Done.$Properties {
    }

    /** Represents a Done. */
    class Done {

        /**
         * Constructs a new Done.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.Done.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Done stdoutBytes. */
        stdoutBytes: number;

        /** Done stderrBytes. */
        stderrBytes: number;

        /** Done resultBytes. */
        resultBytes: number;

        /** Done outputExceeded. */
        outputExceeded: boolean;

        /** Done resultExceeded. */
        resultExceeded: boolean;

        /** Done artifactsExceeded. */
        artifactsExceeded: boolean;

        /** Done tmpFull. */
        tmpFull: boolean;

        /** Done artifactsSkipped. */
        artifactsSkipped: number;

        /** Done collectUs. */
        collectUs: number;

        /**
         * Encodes the specified Done message. Does not implicitly {@link broodbox.Done.verify|verify} messages.
         * @param message Done message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.Done.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Done message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.Done & broodbox.Done.$Shape} Done
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.Done & broodbox.Done.$Shape;
    }

    namespace Done {

        /** Properties of a Done. */
        interface $Properties {

            /** Done stdoutBytes */
            stdoutBytes?: (number|null);

            /** Done stderrBytes */
            stderrBytes?: (number|null);

            /** Done resultBytes */
            resultBytes?: (number|null);

            /** Done outputExceeded */
            outputExceeded?: (boolean|null);

            /** Done resultExceeded */
            resultExceeded?: (boolean|null);

            /** Done artifactsExceeded */
            artifactsExceeded?: (boolean|null);

            /** Done tmpFull */
            tmpFull?: (boolean|null);

            /** Done artifactsSkipped */
            artifactsSkipped?: (number|null);

            /** Done collectUs */
            collectUs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Done. */
        type $Shape = broodbox.Done.$Properties;
    }

    /**
     * Properties of a JobSpec.
     * @deprecated Use broodbox.JobSpec.$Properties instead.
     */
    interface IJobSpec extends broodbox.JobSpec.$Properties {
    }

    /** Represents a JobSpec. */
    class JobSpec {

        /**
         * Constructs a new JobSpec.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.JobSpec.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JobSpec code. */
        code: Uint8Array;

        /** JobSpec filename. */
        filename: Uint8Array;

        /** JobSpec args. */
        args: Uint8Array[];

        /** JobSpec env. */
        env: Uint8Array[];

        /** JobSpec entry. */
        entry: Uint8Array;

        /**
         * Encodes the specified JobSpec message. Does not implicitly {@link broodbox.JobSpec.verify|verify} messages.
         * @param message JobSpec message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.JobSpec.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JobSpec message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.JobSpec & broodbox.JobSpec.$Shape} JobSpec
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.JobSpec & broodbox.JobSpec.$Shape;
    }

    namespace JobSpec {

        /** Properties of a JobSpec. */
        interface $Properties {

            /** JobSpec code */
            code?: (Uint8Array|null);

            /** JobSpec filename */
            filename?: (Uint8Array|null);

            /** JobSpec args */
            args?: (Uint8Array[]|null);

            /** JobSpec env */
            env?: (Uint8Array[]|null);

            /** JobSpec entry */
            entry?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a JobSpec. */
        type $Shape = broodbox.JobSpec.$Properties;
    }

    /**
     * Properties of a JobMessage.
     * @deprecated Use broodbox.JobMessage.$Properties instead.
     */
    interface IJobMessage extends broodbox.JobMessage.$Properties {
    }

    /** Represents a JobMessage. */
    class JobMessage {

        /**
         * Constructs a new JobMessage.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.JobMessage.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JobMessage resultJson. */
        resultJson?: (Uint8Array|null);

        /** JobMessage error. */
        error?: (broodbox.JobError.$Properties|null);

        /** JobMessage body. */
        body?: ("resultJson"|"error");

        /**
         * Encodes the specified JobMessage message. Does not implicitly {@link broodbox.JobMessage.verify|verify} messages.
         * @param message JobMessage message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.JobMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JobMessage message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.JobMessage & broodbox.JobMessage.$Shape} JobMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.JobMessage & broodbox.JobMessage.$Shape;
    }

    namespace JobMessage {

        /** Properties of a JobMessage. */
        interface $Properties {

            /** JobMessage resultJson */
            resultJson?: (Uint8Array|null);

            /** JobMessage error */
            error?: (broodbox.JobError.$Properties|null);

            /** JobMessage body */
            body?: ("resultJson"|"error");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a JobMessage. */
        type $Shape = {
          resultJson?: Uint8Array|null;
          error?: broodbox.JobError.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; resultJson?: null; error?: null }|{ body?: "resultJson"; resultJson: Uint8Array; error?: null }|{ body?: "error"; resultJson?: null; error: broodbox.JobError.$Shape })
        );
    }

    /**
     * Properties of a JobError.
     * @deprecated Use broodbox.JobError.$Properties instead.
     */
    interface IJobError extends broodbox.JobError.$Properties {
    }

    /** Represents a JobError. */
    class JobError {

        /**
         * Constructs a new JobError.
         * @param [properties] Properties to set
         */
        constructor(properties?: broodbox.JobError.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JobError type. */
        type: string;

        /** JobError message. */
        message: string;

        /** JobError traceback. */
        traceback: string;

        /**
         * Encodes the specified JobError message. Does not implicitly {@link broodbox.JobError.verify|verify} messages.
         * @param message JobError message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: broodbox.JobError.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JobError message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {broodbox.JobError & broodbox.JobError.$Shape} JobError
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): broodbox.JobError & broodbox.JobError.$Shape;
    }

    namespace JobError {

        /** Properties of a JobError. */
        interface $Properties {

            /** JobError type */
            type?: (string|null);

            /** JobError message */
            message?: (string|null);

            /** JobError traceback */
            traceback?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a JobError. */
        type $Shape = broodbox.JobError.$Properties;
    }
}
