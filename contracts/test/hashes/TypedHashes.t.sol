// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OpenFromBalance, OpenIntent, WithdrawIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {Claim} from "../../src/libraries/Claim.sol";
import {Signatures} from "../../src/libraries/Signatures.sol";
import {StreamSlot, StreamSlotLib} from "../../src/libraries/StreamSlot.sol";
import {Release, TypedHashes} from "../../src/libraries/TypedHashes.sol";
import {ReceiptData, Signing} from "../utils/Signing.sol";

/// @title The libraries against what they stand for, written out plainly.
contract TypedHashesTest is Signing {
    function openIntent(OpenIntent calldata intent) external pure returns (bytes32) {
        return TypedHashes.openIntent(intent);
    }

    function openFromBalance(OpenFromBalance calldata intent) external pure returns (bytes32) {
        return TypedHashes.openFromBalance(intent);
    }

    function withdrawIntent(WithdrawIntent calldata intent) external pure returns (bytes32) {
        return TypedHashes.withdrawIntent(intent);
    }

    function testFuzz_Pitfall02_aReceiptsHashInAssemblyIsThePlainOne(ReceiptData memory receipt, uint16 trailing)
        public
        pure
    {
        Claim claim = Claim.wrap(
            uint256(bytes32(abi.encodePacked(receipt.cumulative, receipt.rate, receipt.start, receipt.until, trailing)))
        );
        assertEq(TypedHashes.receipt(receipt.user, receipt.node, claim), _hashReceipt(receipt));
    }

    function testFuzz_Pitfall02_intents(
        OpenIntent memory open,
        OpenFromBalance memory fromBalance,
        WithdrawIntent memory withdrawal,
        bytes32 salt
    ) public view {
        assertEq(this.openIntent(open), _hashOpenIntent(open));
        assertEq(this.openFromBalance(fromBalance), _hashOpenFromBalance(fromBalance));
        assertEq(this.withdrawIntent(withdrawal), _hashWithdrawIntent(withdrawal));
        assertEq(
            TypedHashes.depositIntent(open.user, open.node, open.deposit, salt),
            _hashDepositIntent(open.user, open.node, open.deposit, salt)
        );
    }

    function testFuzz_Pitfall02_releaseAndStop(Release memory terms) public pure {
        assertEq(
            TypedHashes.release(terms),
            _hashRelease(terms.user, terms.node, terms.sessionKey, terms.maxClaim, terms.deposit, terms.deadline)
        );
        assertEq(
            TypedHashes.stop(terms.user, terms.node, terms.sessionKey),
            _hashStop(terms.user, terms.node, terms.sessionKey)
        );
    }

    function testFuzz_aStreamsWordKeepsItsFieldsApart(uint96 deposit, uint96 more, uint96 settled, uint40 second)
        public
        pure
    {
        StreamSlot slot = StreamSlotLib.create(deposit);
        assertTrue(slot.isOpen());
        slot = slot.withSettled(settled).withDeposit(more).withStop(second).withClosed();
        assertEq(slot.deposit(), more);
        assertEq(slot.settled(), settled);
        assertEq(slot.stoppedAt(), second);
        assertEq(slot.unpack().flags, 3);
        assertTrue(slot.isClosed() && slot.wasOpened() && !slot.isLive());
    }

    function testFuzz_aCompactSignatureRecoversItsKey(uint256 key, bytes32 digest) public pure {
        key = boundPrivateKey(key);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
        assertEq(Signatures.compactSigner(digest, r, vs), vm.addr(key));
    }
}
